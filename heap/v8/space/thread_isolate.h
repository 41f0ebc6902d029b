// Which isolate a thread was running.
#ifndef DUMPDIVE_HEAP_V8_SPACE_THREAD_ISOLATE_H
#define DUMPDIVE_HEAP_V8_SPACE_THREAD_ISOLATE_H

#include "heap/v8/v8.h"

// Index of the isolate that the thread had entered, SIZE_MAX: none. V8 keeps the current isolate in
// thread-local storage (g_current_isolate_ from V8 11, a pthread key before: src/execution/
// isolate.cc). Both lie around the thread pointer, the key's values in glibc's struct pthread: an
// isolate's address there says it, in any version and without symbols.
size_t v8_thread_isolate(const struct v8 *v8, const struct dump_thread *thread);

#endif
