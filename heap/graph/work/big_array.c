#include "heap/graph/work/big_array.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096 };

// A file without a name, or one whose name is gone before anybody can see it used.
static int nameless_file(void)
{
    const char *folder = getenv("TMPDIR");
    if (folder == NULL || folder[0] != '/')
        folder = "/var/tmp";
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    char path[4096];
    if (fd >= 0 || strlen(folder) > sizeof path - 32)
        return fd;
    strcpy(path, folder);
    strcat(path, "/dumpdive-XXXXXX");
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static void *map_file(uint64_t size)
{
    int fd = nameless_file();
    void *bytes = MAP_FAILED;
    // Space is taken at once: a full disk is then an error here and no SIGBUS later.
    if (fd >= 0 && posix_fallocate(fd, 0, (off_t)size) == 0)
        bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0)
        close(fd);
    return bytes;
}

bool big_array_create(uint64_t size, uint64_t limit, struct big_array *ret)
{
    *ret = (struct big_array){0};
    if (size == 0)
        return true;
    size = (size + PAGE - 1) & ~(uint64_t)(PAGE - 1);
    ret->spilled = size > limit;
    ret->size = size;
    ret->bytes = ret->spilled ? map_file(size)
                              : mmap(NULL, size, PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (ret->bytes != MAP_FAILED)
        return true;
    *ret = (struct big_array){0};
    return false;
}

void big_array_destroy(struct big_array *array)
{
    if (array->bytes != NULL && !array->borrowed)
        munmap(array->bytes, array->size);
    *array = (struct big_array){0};
}

void big_array_drop(struct big_array *array, uint64_t from, uint64_t to)
{
    from = (from + PAGE - 1) & ~(uint64_t)(PAGE - 1);
    to &= ~(uint64_t)(PAGE - 1);
    if (array->bytes != NULL && from < to && to <= array->size)
        madvise((char *)array->bytes + from, to - from,
                array->spilled ? MADV_REMOVE : MADV_DONTNEED);
}

uint64_t big_array_limit(void)
{
    long pages = sysconf(_SC_AVPHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages <= 0 || size <= 0 ? UINT64_MAX : (uint64_t)pages * (uint64_t)size / 2;
}
