#include "heap/graph/death/death.h"

#include "heap/dump/calls.h"
#include "heap/v8/object/object.h"

#include <elf.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RANGES = 4,            // stretches of code that one name has: "x" and "x.cold", overloads
    LOCATION_WITHIN = 4096, // bytes of stack on either side of V8::FatalProcessOutOfMemory
    // src/objects/js-objects.tq JSMessageObject, the same offsets in V8 7.8 to 14.6
    MESSAGE_ARGUMENT = 32,
    MESSAGE_SCRIPT = 40,
    MESSAGE_START = 72,
};

// Functions by the beginning of their mangled names. All but those that throw never return.
// V8: src/api/api.cc, src/base/logging.cc, src/execution/isolate.cc; Node.js: src/node_errors.cc,
// src/node_process_methods.cc, src/util.h.
enum culprit {
    CULPRIT_MEMORY,
    CULPRIT_FATAL,
    CULPRIT_ASSERTION,
    CULPRIT_ABORT,
    CULPRIT_CHECK,
    CULPRIT_THROW,
    CULPRIT_TRAP, // ends the process by an instruction that traps
    CULPRITS
};

static const struct {
    const char *prefix;
    enum culprit culprit;
} names[] = {
    {"_ZN2v88internal2V823FatalProcessOutOfMemory", CULPRIT_MEMORY},
    {"_ZN4node12OnFatalError", CULPRIT_FATAL},
    {"_ZN4node6AssertERKNS_13AssertionInfo", CULPRIT_ASSERTION},
    {"_ZN4nodeL5AbortERKN2v820FunctionCallbackInfo", CULPRIT_ABORT},
    {"_Z8V8_Fatal", CULPRIT_CHECK},
    {"_ZN2v88internal7Isolate20CreateMessageOrAbort", CULPRIT_THROW},
    {"_ZN2v88internal7Isolate13ThrowInternal", CULPRIT_THROW},
    {"_ZN2v88internal7Isolate5Throw", CULPRIT_THROW},
    {"_ZN2v84base2OS5Abort", CULPRIT_TRAP},
};

static const enum death_kind kinds[CULPRIT_TRAP] = {
    [CULPRIT_MEMORY] = DEATH_MEMORY,       [CULPRIT_FATAL] = DEATH_FATAL,
    [CULPRIT_ASSERTION] = DEATH_ASSERTION, [CULPRIT_ABORT] = DEATH_ABORT,
    [CULPRIT_CHECK] = DEATH_CHECK,         [CULPRIT_THROW] = DEATH_UNCAUGHT,
};

// What V8 passes as the location (V8 7.8 to 14.6: src/heap/heap.cc, heap-allocator.cc, scavenger.cc,
// mark-compact.cc, local-heap.cc, factory-base.cc).
static const char *const locations[] = {
    "Reached heap limit",
    "Ineffective mark-compacts near heap limit",
    "CALL_AND_RETRY_LAST",
    "Scavenger: semi-space copy",
    "MarkCompactCollector: young object promotion failed",
    "MarkCompactCollector: semi-space copy, fallback in old gen",
    "LocalHeap: allocation failed",
    "invalid array length",
    "invalid table size",
};

struct culprits {
    struct dump_code code[CULPRITS][RANGES];
    size_t count[CULPRITS];
};

static bool take_symbol(void *context, const struct dump_symbol *symbol)
{
    struct culprits *culprits = context;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        enum culprit culprit = names[i].culprit;
        size_t *count = &culprits->count[culprit];
        if (symbol->size == 0 || symbol->address == 0 || *count == RANGES ||
            strncmp(symbol->name, names[i].prefix, strlen(names[i].prefix)) != 0)
            continue;
        culprits->code[culprit][(*count)++] =
            (struct dump_code){symbol->address, symbol->address + symbol->size};
    }
    return true;
}

// The innermost call of a culprit's code; false: there is none.
static bool find_call(const struct v8 *v8, const struct dump_thread *thread,
                      const struct culprits *culprits, enum culprit culprit, uint64_t *at)
{
    bool found = false;
    for (size_t i = 0; i < culprits->count[culprit]; i++) {
        uint64_t where, word;
        if (!dump_call_into(v8->dump, thread, &culprits->code[culprit][i], &word, &where) ||
            (found && where >= *at))
            continue;
        *at = where;
        found = true;
    }
    return found;
}

// The location lies on the stack, as a pointer into the executable's constants, below and above the
// call that took it along.
static void find_location(const struct v8 *v8, const struct dump_thread *thread, uint64_t at,
                          struct death *ret)
{
    uint64_t start = (thread->registers.sp + 7) & ~7ull, word;
    for (uint64_t slot = start; slot < at + LOCATION_WITHIN; slot += 8) {
        char text[DEATH_TEXT];
        if (!memory_u64(v8->memory, slot, &word) || word < 4096 ||
            memory_read_string(v8->memory, word, text, sizeof text) < 4)
            continue;
        for (size_t i = 0; i < sizeof locations / sizeof *locations; i++)
            if (strcmp(text, locations[i]) == 0)
                memcpy(ret->text, text, sizeof ret->text);
        if (ret->text[0] != '\0')
            return;
    }
}

static struct dump_code executable_code(const struct dump *dump)
{
    for (size_t i = 0; i < dump_object_count(dump); i++) {
        struct dump_object object = dump_object(dump, i);
        if (object.executable)
            return (struct dump_code){object.start, object.end};
    }
    return (struct dump_code){0};
}

// V8 traps right where it found that nobody will catch: the function that did is the innermost call
// of anything in the executable.
static bool is_uncaught(const struct v8 *v8, const struct dump_thread *thread,
                        const struct culprits *culprits, uint64_t at)
{
    struct dump_code all = executable_code(v8->dump);
    uint64_t word, first, pc = thread->registers.pc;
    bool trapped = false;
    for (size_t i = 0; i < culprits->count[CULPRIT_TRAP]; i++)
        trapped |= pc >= culprits->code[CULPRIT_TRAP][i].start &&
                   pc <= culprits->code[CULPRIT_TRAP][i].end;
    return trapped && dump_call_into(v8->dump, thread, &all, &word, &first) && first == at;
}

static void judge(const struct v8 *v8, const struct dump_thread *thread, struct death *ret)
{
    struct culprits culprits = {0};
    uint64_t at;
    dump_symbols(v8->dump, 1u << STT_FUNC, "_Z", take_symbol, &culprits);
    for (enum culprit culprit = 0; culprit < CULPRIT_TRAP; culprit++) {
        if (!find_call(v8, thread, &culprits, culprit, &at) ||
            (culprit == CULPRIT_THROW && !is_uncaught(v8, thread, &culprits, at)))
            continue;
        ret->kind = kinds[culprit];
        if (culprit == CULPRIT_MEMORY)
            find_location(v8, thread, at, ret);
        return;
    }
}

static bool is_fault(int32_t number)
{
    return number == SIGSEGV || number == SIGBUS || number == SIGFPE;
}

void death_find(const struct v8 *v8, struct death *ret)
{
    const struct dump_info *info = dump_info(v8->dump);
    size_t count;
    const struct dump_thread *threads = dump_threads(v8->dump, &count);
    *ret = (struct death){.kind = info->signal == 0 ? DEATH_NONE : DEATH_UNKNOWN};
    if (info->signal == 0 || count == 0)
        return;
    ret->tid = threads[0].tid; // the kernel writes the thread that died first
    judge(v8, &threads[0], ret);
    if (ret->kind != DEATH_UNKNOWN)
        return;
    if (is_fault(info->signal) && info->signal_code > 0) {
        ret->kind = DEATH_FAULT;
        ret->address = info->signal_address;
    } else if (info->signal_code == SI_USER) {
        ret->kind = DEATH_SENT;
    }
}

static bool run_death_job(struct job *job, struct pool *pool)
{
    (void)pool;
    struct death_job *work = (struct death_job *)job;
    death_find(work->v8, &work->death);
    atomic_store(&job->items, 1);
    dump_symbols_prepare(work->v8->dump);
    return true;
}

static const struct job_ops death_job_ops = {.doing = "reading symbols", .run = run_death_job};

struct death_job *death_job_create(const struct v8 *v8)
{
    struct death_job *work = calloc(1, sizeof *work);
    if (work == NULL)
        return NULL;
    job_init(&work->job, &death_job_ops);
    work->v8 = v8;
    return work;
}

// --- exceptions ----------------------------------------------------------------------------------

bool death_exception(const struct v8 *v8, const struct roots *roots, uint64_t *message,
                     uint64_t *thrown)
{
    struct v8_object object, argument;
    *message = *thrown = 0;
    for (size_t i = 0; i < roots->count; i++) {
        const struct root *root = &roots->items[i];
        if (root->kind != ROOT_HANDLE_SCOPE || root->target == *message ||
            !v8_object_at(v8, root->target, &object) ||
            object.shape.type != ITYPE_JS_MESSAGE_OBJECT)
            continue;
        if (*message != 0)
            return false;
        *message = root->target;
    }
    if (*message == 0 || !v8_object_at(v8, *message, &object))
        return false;
    if (v8_object_of(v8, v8_word(&object, MESSAGE_ARGUMENT), &argument))
        *thrown = argument.address;
    return true;
}

bool death_place(const struct v8 *v8, uint64_t message, uint64_t *script, uint32_t *position)
{
    struct v8_object object;
    if (!v8_object_at(v8, message, &object) || object.shape.type != ITYPE_JS_MESSAGE_OBJECT)
        return false;
    uint64_t start = v8_word(&object, MESSAGE_START);
    *script = v8_word(&object, MESSAGE_SCRIPT);
    *position = (uint32_t)v8_smi(start);
    return v8_is_smi(start) && v8_smi(start) >= 0 && v8_is_strong(*script);
}
