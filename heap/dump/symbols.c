#include "heap/dump/symbols.h"

#include "heap/dump/checked.h"
#include "heap/dump/dynamic.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { TABLES = 2 }; // .symtab and .dynsym

// A symbol by address; 16 bytes, as there can be half a million.
struct entry {
    uint64_t address;
    uint32_t table;
    uint32_t symbol;
};

struct object_symbols {
    bool loaded, sorted;
    struct symbol_table tables[TABLES];
    size_t table_count;
    struct entry *entries;
    size_t entry_count;
};

struct symbols {
    pthread_mutex_t lock; // for loading and sorting
    const struct objects *objects;
    const struct memory *memory;
    struct object_symbols *items;
};

struct symbols *symbols_create(const struct objects *objects, const struct memory *memory)
{
    struct symbols *symbols = calloc(1, sizeof *symbols);
    if (symbols == NULL)
        return NULL;
    symbols->objects = objects;
    symbols->memory = memory;
    symbols->items = calloc(objects->count + 1, sizeof *symbols->items);
    if (symbols->items == NULL) {
        free(symbols);
        return NULL;
    }
    pthread_mutex_init(&symbols->lock, NULL);
    return symbols;
}

void symbols_free(struct symbols *symbols)
{
    if (symbols == NULL)
        return;
    for (size_t i = 0; i < symbols->objects->count; i++)
        free(symbols->items[i].entries);
    pthread_mutex_destroy(&symbols->lock);
    free(symbols->items);
    free(symbols);
}

static bool take_section(Elf *elf, Elf_Scn *scn, struct symbol_table *ret)
{
    GElf_Shdr shdr;
    if (gelf_getshdr(scn, &shdr) == NULL ||
        (shdr.sh_type != SHT_SYMTAB && shdr.sh_type != SHT_DYNSYM))
        return false;
    const Elf_Data *data = elf_getdata(scn, NULL);
    if (data == NULL || data->d_buf == NULL || data->d_type != ELF_T_SYM)
        return false;
    const Elf_Data *strings = elf_getdata(elf_getscn(elf, shdr.sh_link), NULL);
    if (strings == NULL || !symbol_table_strings(ret, strings->d_buf, strings->d_size))
        return false;
    ret->symbols = data->d_buf;
    ret->count = data->d_size / sizeof(Elf64_Sym);
    return ret->count <= UINT32_MAX;
}

static void load_sections(Elf *elf, struct object_symbols *ret)
{
    for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn)) != NULL;) {
        if (ret->table_count < TABLES && take_section(elf, scn, &ret->tables[ret->table_count]))
            ret->table_count++;
    }
}

static void load(const struct symbols *symbols, size_t index)
{
    const struct object *object = &symbols->objects->items[index];
    struct object_symbols *item = &symbols->items[index];
    item->loaded = true;
    if (object->image.elf != NULL)
        load_sections(object->image.elf, item);
    else if (dynamic_symbols(object, symbols->memory, &item->tables[0]))
        item->table_count = 1;
}

static struct object_symbols *loaded(struct symbols *symbols, size_t index)
{
    struct object_symbols *item = &symbols->items[index];
    pthread_mutex_lock(&symbols->lock);
    if (!item->loaded)
        load(symbols, index);
    pthread_mutex_unlock(&symbols->lock);
    return item;
}

static Elf64_Sym symbol_of(const struct symbol_table *table, size_t index)
{
    Elf64_Sym symbol;
    memcpy(&symbol, table->symbols + index * sizeof symbol, sizeof symbol);
    return symbol;
}

static bool has_address(const Elf64_Sym *symbol)
{
    static const bool kinds[16] = {
        [STT_NOTYPE] = true, [STT_OBJECT] = true,    [STT_FUNC] = true,
        [STT_COMMON] = true, [STT_GNU_IFUNC] = true,
    };
    return symbol->st_shndx != SHN_UNDEF && kinds[ELF64_ST_TYPE(symbol->st_info)];
}

static uint64_t address_of(const struct object *object, const Elf64_Sym *symbol)
{
    return symbol->st_shndx == SHN_ABS ? symbol->st_value : symbol->st_value + object->bias;
}

static struct dump_symbol describe(const struct symbols *symbols, size_t index,
                                   const struct symbol_table *table, const Elf64_Sym *symbol)
{
    const struct object *object = &symbols->objects->items[index];
    return (struct dump_symbol){
        .name = table->strings + symbol->st_name,
        .address = has_address(symbol) && object->placed ? address_of(object, symbol) : 0,
        .value = symbol->st_value,
        .size = symbol->st_size,
        .type = ELF64_ST_TYPE(symbol->st_info),
        .object = index,
    };
}

static bool visit_table(const struct symbols *symbols, size_t index,
                        const struct symbol_table *table, uint32_t types, const char *prefix,
                        bool (*visit)(void *context, const struct dump_symbol *symbol),
                        void *context)
{
    size_t length = strlen(prefix);
    for (size_t i = 0; i < table->count; i++) {
        Elf64_Sym symbol = symbol_of(table, i);
        if ((types >> ELF64_ST_TYPE(symbol.st_info) & 1) == 0 || symbol.st_shndx == SHN_UNDEF ||
            symbol.st_name == 0 || symbol.st_name >= table->strings_size ||
            strncmp(table->strings + symbol.st_name, prefix, length) != 0)
            continue;
        struct dump_symbol described = describe(symbols, index, table, &symbol);
        if (!visit(context, &described))
            return false;
    }
    return true;
}

void symbols_visit(struct symbols *symbols, uint32_t types, const char *prefix,
                   bool (*visit)(void *context, const struct dump_symbol *symbol), void *context)
{
    for (size_t i = 0; i < symbols->objects->count; i++) {
        const struct object_symbols *item = loaded(symbols, i);
        for (size_t table = 0; table < item->table_count; table++) {
            if (!visit_table(symbols, i, &item->tables[table], types, prefix, visit, context))
                return;
        }
    }
}

static int by_address(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->address != y->address)
        return x->address < y->address ? -1 : 1;
    return x->table != y->table ? (x->table > y->table) - (x->table < y->table)
                                : (x->symbol > y->symbol) - (x->symbol < y->symbol);
}

static void collect(const struct object *object, struct object_symbols *item, uint32_t which)
{
    const struct symbol_table *table = &item->tables[which];
    for (size_t i = 0; i < table->count; i++) {
        Elf64_Sym symbol = symbol_of(table, i);
        if (!has_address(&symbol) || symbol.st_name == 0 || symbol.st_name >= table->strings_size)
            continue;
        item->entries[item->entry_count++] = (struct entry){
            .address = address_of(object, &symbol), .table = which, .symbol = (uint32_t)i};
    }
}

static void sort(const struct object *object, struct object_symbols *item)
{
    item->sorted = true;
    size_t total = 0;
    for (size_t i = 0; i < item->table_count; i++)
        total += item->tables[i].count;
    item->entries = calloc(total + 1, sizeof *item->entries);
    for (uint32_t i = 0; i < item->table_count && item->entries != NULL; i++)
        collect(object, item, i);
    if (item->entries != NULL)
        qsort(item->entries, item->entry_count, sizeof *item->entries, by_address);
}

// Index of the first entry above `address`.
static size_t upper_bound(const struct object_symbols *item, uint64_t address)
{
    size_t low = 0, high = item->entry_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (item->entries[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// How well a symbol that begins at or below the address names it: one that contains it (2), one
// without a size that is the nearest (1), none (0). At equal rank the later start wins, as it is
// the more specific one.
static int rank(const struct entry *entry, const Elf64_Sym *symbol, uint64_t address,
                uint64_t nearest)
{
    if (address - entry->address < symbol->st_size)
        return 2;
    return symbol->st_size == 0 && entry->address == nearest;
}

static const struct entry *best_entry(const struct object_symbols *item, uint64_t address)
{
    enum { LOOK_BACK = 64 }; // symbols nested or aliased at one place; more is not met
    size_t end = upper_bound(item, address);
    const struct entry *best = NULL;
    int best_rank = 0;
    for (size_t i = end; i > 0 && end - i < LOOK_BACK && best_rank < 2; i--) {
        const struct entry *entry = &item->entries[i - 1];
        Elf64_Sym symbol = symbol_of(&item->tables[entry->table], entry->symbol);
        int found = rank(entry, &symbol, address, item->entries[end - 1].address);
        if (found > best_rank) {
            best = entry;
            best_rank = found;
        }
    }
    return best;
}

static const struct object_symbols *sorted(struct symbols *symbols, size_t index)
{
    struct object_symbols *item = loaded(symbols, index);
    pthread_mutex_lock(&symbols->lock);
    if (!item->sorted)
        sort(&symbols->objects->items[index], item);
    pthread_mutex_unlock(&symbols->lock);
    return item;
}

void symbols_prepare(struct symbols *symbols)
{
    for (size_t i = 0; i < symbols->objects->count; i++) {
        if (symbols->objects->items[i].placed)
            sorted(symbols, i);
    }
}

bool symbols_at(struct symbols *symbols, size_t index, uint64_t address, struct dump_symbol *ret)
{
    if (!symbols->objects->items[index].placed)
        return false;
    const struct object_symbols *item = sorted(symbols, index);
    const struct entry *entry = best_entry(item, address);
    if (entry == NULL)
        return false;
    const struct symbol_table *table = &item->tables[entry->table];
    Elf64_Sym symbol = symbol_of(table, entry->symbol);
    *ret = describe(symbols, index, table, &symbol);
    return true;
}
