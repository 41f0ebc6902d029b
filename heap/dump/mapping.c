#include "heap/dump/mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bool check_regular(const struct stat *status, const char *path, struct error *error)
{
    if (S_ISDIR(status->st_mode))
        return error_set(error, ERROR_IO, "%s: a directory", path);
    if (!S_ISREG(status->st_mode))
        return error_set(error, ERROR_IO, "%s: not a regular file", path);
    if (status->st_size == 0)
        return error_set(error, ERROR_FORMAT, "%s: an empty file", path);
    return true;
}

// Looked at before it is opened: paths come from the core too, and to open a device can be to use
// it. Again afterwards, as it may have been replaced in between; hence O_NONBLOCK.
int mapping_open_file(const char *path, uint64_t *size, struct error *error)
{
    struct stat status;
    int fd = -1;
    if (stat(path, &status) == 0) {
        if (!check_regular(&status, path, error))
            return -1;
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    }
    if (fd < 0 || fstat(fd, &status) != 0) {
        error_set_errno(error, errno, "%s", path);
    } else if (check_regular(&status, path, error)) {
        *size = (uint64_t)status.st_size;
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

bool mapping_map(struct mapping *ret, int fd, uint64_t size, const char *path,
                 struct sigbus_watch *watch, struct error *error)
{
    *ret = (struct mapping){0};
    void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        return error_set_errno(error, errno, "%s: cannot map", path);
    struct sigbus_guard *guard = sigbus_guard(bytes, size, watch);
    if (guard == NULL) {
        munmap(bytes, size);
        return error_set(error, ERROR_MEMORY, "%s: out of memory", path);
    }
    *ret = (struct mapping){.bytes = bytes, .size = size, .guard = guard};
    return true;
}

bool mapping_open(struct mapping *ret, const char *path, struct sigbus_watch *watch,
                  struct error *error)
{
    *ret = (struct mapping){0};
    uint64_t size;
    int fd = mapping_open_file(path, &size, error);
    if (fd < 0)
        return false;
    bool done = mapping_map(ret, fd, size, path, watch, error);
    close(fd);
    return done;
}

void mapping_close(struct mapping *mapping)
{
    if (mapping->bytes == NULL)
        return;
    // The guard goes first: once unmapped, the addresses may become somebody else's.
    sigbus_unguard(mapping->guard);
    munmap((void *)(uintptr_t)mapping->bytes, mapping->size);
    *mapping = (struct mapping){0};
}
