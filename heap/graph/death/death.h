// How the process ended: more than the signal says.
//
// What V8 and Node.js do last is in functions that never return (V8::FatalProcessOutOfMemory,
// node::OnFatalError, node::Abort, ...): a call of one on the stack of the thread that died proves
// it. Their names come from the executable's symbols; where these are not at hand, the signal is all
// that is known. Nothing is guessed.
#ifndef DUMPDIVE_HEAP_GRAPH_DEATH_DEATH_H
#define DUMPDIVE_HEAP_GRAPH_DEATH_DEATH_H

#include "heap/graph/roots/roots.h"
#include "heap/graph/work/job.h"

enum death_kind {
    DEATH_UNKNOWN,   // a signal, and nothing that says why
    DEATH_NONE,      // it lived: the core was taken by gcore
    DEATH_MEMORY,    // V8 ran out of memory
    DEATH_UNCAUGHT,  // an exception, under --abort-on-uncaught-exception
    DEATH_ABORT,     // process.abort()
    DEATH_FATAL,     // node::OnFatalError: an embedder's mistake that V8 noticed
    DEATH_ASSERTION, // of Node.js
    DEATH_CHECK,     // of V8
    DEATH_FAULT,     // bad access to memory
    DEATH_SENT,      // somebody else's signal
    DEATH_KINDS
};

enum { DEATH_TEXT = 128 };

struct death {
    enum death_kind kind;
    int32_t tid;           // thread that it happened in; 0: unknown or none
    uint64_t address;      // DEATH_FAULT: that was accessed
    char text[DEATH_TEXT]; // DEATH_MEMORY: where V8 says it was, "Reached heap limit"; else ""
};

// From the notes, the dead thread's stack and the executable's symbols. One pass over the symbols.
void death_find(const struct v8 *v8, struct death *ret);

// The same as a job, which also has the symbols ordered for those who ask for one later.
struct death_job {
    struct job job;
    const struct v8 *v8;
    struct death death; // once `job.items` is 1
};

// For heap_submit; the caller releases the job. NULL when out of memory.
struct death_job *death_job_create(const struct v8 *v8);

// The exception that killed the process (DEATH_UNCAUGHT): of the one message that V8 had made and
// held. Untagged addresses; `*thrown` 0: what was thrown is no object. False: there is none, or more
// than one, and which is not known.
bool death_exception(const struct v8 *v8, const struct roots *roots, uint64_t *message,
                     uint64_t *thrown);

// Where it was thrown: the script (tagged) and a position in it. False: the message does not say.
bool death_place(const struct v8 *v8, uint64_t message, uint64_t *script, uint32_t *position);

#endif
