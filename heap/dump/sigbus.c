#include "heap/dump/sigbus.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// Guards are never freed, only reused, so that the handler can walk the list without a lock.
struct sigbus_guard {
    struct sigbus_guard *next;
    _Atomic uint32_t version; // odd while start and end are being changed
    _Atomic uintptr_t start, end;
    _Atomic uintptr_t lost_start, lost_end; // what was lost lies in between
    struct sigbus_watch *watch;
    bool used; // under the lock
};

static _Atomic(struct sigbus_guard *) guards;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static size_t guard_count;
static bool installed;
static uintptr_t page_size;
static struct sigaction previous;

static struct sigbus_guard *find_guard(uintptr_t address)
{
    for (struct sigbus_guard *guard = guards; guard != NULL; guard = guard->next) {
        uint32_t version = guard->version;
        uintptr_t start = guard->start, end = guard->end;
        if ((version & 1) == 0 && version == guard->version && address >= start && address < end)
            return guard;
    }
    return NULL;
}

static void note_loss(struct sigbus_guard *guard, uintptr_t page)
{
    uintptr_t start = guard->lost_start, end = guard->lost_end;
    while (page < start && !atomic_compare_exchange_weak(&guard->lost_start, &start, page))
        ;
    while (page + page_size > end &&
           !atomic_compare_exchange_weak(&guard->lost_end, &end, page + page_size))
        ;
    uint64_t bytes = guard->end - page < page_size ? guard->end - page : page_size;
    atomic_fetch_add(&guard->watch->lost_bytes, bytes);
}

// Two threads may fault on one page: both put zeros there and count it, which only overstates the
// loss. The system call is made directly because mmap() is not promised to be signal-safe.
static bool replace_page(struct sigbus_guard *guard, uintptr_t page)
{
    int saved = errno;
    long got = syscall(SYS_mmap, page, page_size, PROT_READ,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0L);
    errno = saved;
    if (got == -1)
        return false;
    note_loss(guard, page);
    return true;
}

static void pass_on(int signal, siginfo_t *info, void *context)
{
    if ((previous.sa_flags & SA_SIGINFO) != 0) {
        previous.sa_sigaction(signal, info, context);
    } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
        previous.sa_handler(signal);
    } else {
        // Returning repeats the access, which now ends the process as it would have without us.
        struct sigaction action = {.sa_handler = SIG_DFL};
        sigaction(SIGBUS, &action, NULL);
    }
}

static void handle_sigbus(int signal, siginfo_t *info, void *context)
{
    // si_code > 0: raised by the kernel for an access, so that si_addr means something.
    uintptr_t address = (uintptr_t)info->si_addr;
    struct sigbus_guard *guard = info->si_code > 0 ? find_guard(address) : NULL;
    if (guard == NULL || !replace_page(guard, address & ~(page_size - 1)))
        pass_on(signal, info, context);
}

static void install(void)
{
    if (installed)
        return;
    installed = true;
    page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
    struct sigaction action = {.sa_sigaction = handle_sigbus, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, NULL, &previous);
    sigaction(SIGBUS, &action, NULL);
}

static void uninstall(void)
{
    struct sigaction current;
    sigaction(SIGBUS, NULL, &current);
    // Somebody who installed a handler after us may call ours: leave both.
    if ((current.sa_flags & SA_SIGINFO) == 0 || current.sa_sigaction != handle_sigbus)
        return;
    sigaction(SIGBUS, &previous, NULL);
    installed = false;
}

static struct sigbus_guard *free_guard(void)
{
    for (struct sigbus_guard *guard = guards; guard != NULL; guard = guard->next) {
        if (!guard->used)
            return guard;
    }
    struct sigbus_guard *guard = calloc(1, sizeof *guard);
    if (guard == NULL)
        return NULL;
    guard->next = guards;
    guards = guard;
    return guard;
}

static void set_range(struct sigbus_guard *guard, uintptr_t start, uintptr_t end)
{
    guard->version++;
    guard->start = start;
    guard->end = end;
    guard->lost_start = UINTPTR_MAX;
    guard->lost_end = 0;
    guard->version++;
}

struct sigbus_guard *sigbus_guard(const void *start, size_t size, struct sigbus_watch *watch)
{
    pthread_mutex_lock(&lock);
    struct sigbus_guard *guard = free_guard();
    if (guard != NULL) {
        if (guard_count++ == 0)
            install();
        guard->used = true;
        guard->watch = watch;
        set_range(guard, (uintptr_t)start, (uintptr_t)start + size);
    }
    pthread_mutex_unlock(&lock);
    return guard;
}

void sigbus_unguard(struct sigbus_guard *guard)
{
    if (guard == NULL)
        return;
    pthread_mutex_lock(&lock);
    set_range(guard, 0, 0);
    guard->used = false;
    if (--guard_count == 0)
        uninstall();
    pthread_mutex_unlock(&lock);
}

bool sigbus_overlaps_loss(const void *start, size_t size)
{
    uintptr_t from = (uintptr_t)start;
    struct sigbus_guard *guard = find_guard(from);
    return guard != NULL && from < guard->lost_end && from + size > guard->lost_start;
}
