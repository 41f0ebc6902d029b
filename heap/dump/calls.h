// The calls that a thread is in, as far as a stack tells without unwinding.
//
// A return address is a word of the stack that points right behind a call instruction. It may be a
// leftover of a call that returned; of a function that never returns there are no leftovers.
#ifndef DUMPDIVE_HEAP_DUMP_CALLS_H
#define DUMPDIVE_HEAP_DUMP_CALLS_H

#include "heap/dump/dump.h"

// A stretch of the process's code.
struct dump_code {
    uint64_t start, end;
};

// The first return address on the stack, from the stack pointer on, that lies in `code`. `*at` (may
// be NULL) is the address of the word. Looks at no more than a megabyte. False: there is none, or
// the code is not at hand.
bool dump_call_into(const struct dump *dump, const struct dump_thread *thread,
                    const struct dump_code *code, uint64_t *ret, uint64_t *at);

#endif
