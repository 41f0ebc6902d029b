#include "heap/v8/naming/chain_memo.h"

#include <pthread.h>
#include <stdlib.h>

enum { SLOTS_START = 1024 };

struct slot {
    uint64_t key; // the object's address, and what is looked for in its low bits; 0: free
    uint64_t found;
};

struct chain_memo {
    pthread_mutex_t lock;
    struct slot *slots;
    size_t mask, used;
};

struct chain_memo *chain_memo_create(void)
{
    struct chain_memo *memo = calloc(1, sizeof *memo);
    if (memo == NULL)
        return NULL;
    pthread_mutex_init(&memo->lock, NULL);
    memo->mask = SLOTS_START - 1;
    memo->slots = calloc(SLOTS_START, sizeof *memo->slots);
    if (memo->slots != NULL)
        return memo;
    chain_memo_destroy(memo);
    return NULL;
}

void chain_memo_destroy(struct chain_memo *memo)
{
    if (memo == NULL)
        return;
    free(memo->slots);
    pthread_mutex_destroy(&memo->lock);
    free(memo);
}

static uint64_t key_of(enum chain_search search, uint64_t address)
{
    return address | search; // objects lie at multiples of 8
}

static struct slot *slot_of(struct slot *slots, size_t mask, uint64_t key)
{
    size_t at = (size_t)(key * 0x9e3779b97f4a7c15ull >> 32) & mask;
    while (slots[at].key != 0 && slots[at].key != key)
        at = (at + 1) & mask;
    return &slots[at];
}

static bool grow(struct chain_memo *memo)
{
    size_t mask = 2 * memo->mask + 1;
    struct slot *slots = calloc(mask + 1, sizeof *slots);
    if (slots == NULL)
        return false;
    for (size_t i = 0; i <= memo->mask; i++)
        if (memo->slots[i].key != 0)
            *slot_of(slots, mask, memo->slots[i].key) = memo->slots[i];
    free(memo->slots);
    memo->slots = slots;
    memo->mask = mask;
    return true;
}

bool chain_memo_know(struct chain_memo *memo, enum chain_search search, uint64_t address,
                     uint64_t *ret)
{
    if (memo == NULL)
        return false;
    pthread_mutex_lock(&memo->lock);
    const struct slot *slot = slot_of(memo->slots, memo->mask, key_of(search, address));
    bool known = slot->key != 0;
    if (known)
        *ret = slot->found;
    pthread_mutex_unlock(&memo->lock);
    return known;
}

void chain_memo_learn(struct chain_memo *memo, enum chain_search search, uint64_t address,
                      uint64_t found)
{
    if (memo == NULL || address == 0)
        return;
    pthread_mutex_lock(&memo->lock);
    if (2 * (memo->used + 1) <= memo->mask || grow(memo)) {
        struct slot *slot = slot_of(memo->slots, memo->mask, key_of(search, address));
        memo->used += slot->key == 0;
        *slot = (struct slot){.key = key_of(search, address), .found = found};
    }
    pthread_mutex_unlock(&memo->lock);
}
