// What searches along prototype chains found, remembered.
//
// Every object of a long chain has a map of its own, and the search for each one's name goes down the
// rest of the chain. Whatever a search that begins at an object finds, those that come by it find as
// well: so they need not go further. Short chains are not worth remembering.
#ifndef DUMPDIVE_HEAP_V8_NAMING_CHAIN_MEMO_H
#define DUMPDIVE_HEAP_V8_NAMING_CHAIN_MEMO_H

#include <stdbool.h>
#include <stdint.h>

enum chain_search { // what is looked for; at most four
    CHAIN_TAG,
    CHAIN_CONSTRUCTOR,
    CHAIN_NAME,
    CHAIN_BY_LEVEL,
};

struct chain_memo;

// All functions may be called from any thread. It grows by 16 bytes for each object remembered.
struct chain_memo *chain_memo_create(void); // NULL: out of memory
void chain_memo_destroy(struct chain_memo *memo); // NULL is fine

// What a search that begins at the object with this address finds: a tagged word, 0 for nothing.
// False: nobody knows yet. A NULL memo knows nothing and learns nothing.
bool chain_memo_know(struct chain_memo *memo, enum chain_search search, uint64_t address,
                     uint64_t *ret);
// Without memory nothing is learned.
void chain_memo_learn(struct chain_memo *memo, enum chain_search search, uint64_t address,
                      uint64_t found);

#endif
