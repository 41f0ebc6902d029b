#include "heap/dump/elf_image.h"

#include "heap/dump/checked.h"

#include <pthread.h>
#include <string.h>

static void set_elf_version(void)
{
    elf_version(EV_CURRENT);
}

const char *elf_image_refusal(const uint8_t *bytes, uint64_t size)
{
    if (size < SELFMAG || memcmp(bytes, ELFMAG, SELFMAG) != 0)
        return "not an ELF file";
    if (size < EI_NIDENT)
        return "an ELF file cut off in its header";
    if (bytes[EI_CLASS] == ELFCLASS32)
        return "a 32-bit ELF file; only 64-bit can be read";
    if (bytes[EI_DATA] == ELFDATA2MSB)
        return "a big-endian ELF file; only little-endian can be read";
    if (bytes[EI_CLASS] != ELFCLASS64 || bytes[EI_DATA] != ELFDATA2LSB ||
        bytes[EI_VERSION] != EV_CURRENT)
        return "not a valid ELF file";
    return size < sizeof(Elf64_Ehdr) ? "an ELF file cut off in its header" : NULL;
}

// With 65,535 or more program headers (PN_XNUM) their number is in section header 0, which the
// kernel writes at the end of the core. If the core is cut off before it, the first segment's
// offset tells: the table ends where the first bytes that a header describes begin.
static size_t count_before_first_segment(const struct elf_image *image)
{
    uint64_t first = image->size;
    for (size_t i = 0; i < image->phdr_count && i < 2; i++) {
        GElf_Phdr phdr = elf_image_phdr(image, i);
        if (phdr.p_offset > image->header.e_phoff && phdr.p_offset < first)
            first = phdr.p_offset;
    }
    return (first - image->header.e_phoff) / sizeof(Elf64_Phdr);
}

static size_t phdrs_promised(struct elf_image *image)
{
    if (image->header.e_phnum != PN_XNUM)
        return image->header.e_phnum;
    GElf_Shdr zero;
    Elf_Scn *scn = elf_getscn(image->elf, 0);
    if (scn != NULL && gelf_getshdr(scn, &zero) != NULL && zero.sh_info != 0)
        return zero.sh_info;
    return count_before_first_segment(image);
}

static bool map_phdrs(struct elf_image *image, size_t count)
{
    uint64_t room = range_clip(image->header.e_phoff, image->size, image->size);
    if (count > room / sizeof(Elf64_Phdr))
        count = room / sizeof(Elf64_Phdr);
    image->phdr_count = 0;
    if (count == 0)
        return true;
    image->phdrs = elf_getdata_rawchunk(image->elf, (int64_t)image->header.e_phoff,
                                        count * sizeof(Elf64_Phdr), ELF_T_PHDR);
    if (image->phdrs == NULL)
        return false;
    image->phdr_count = count;
    return true;
}

static bool open_phdrs(struct elf_image *image)
{
    if (image->header.e_phnum == 0)
        return true;
    if (image->header.e_phentsize != sizeof(Elf64_Phdr))
        return false;
    // The first two first: they may be needed to find out how many there are.
    if (!map_phdrs(image, 2))
        return false;
    image->phdr_promised = phdrs_promised(image);
    return map_phdrs(image, image->phdr_promised);
}

bool elf_image_open(struct elf_image *ret, const uint8_t *bytes, uint64_t size)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_elf_version);
    *ret = (struct elf_image){.size = size};
    if (elf_image_refusal(bytes, size) != NULL)
        return false;
    // libelf asks for a writable pointer but only reads from an image in memory.
    ret->elf = elf_memory((char *)(uintptr_t)bytes, size);
    if (ret->elf != NULL && elf_kind(ret->elf) == ELF_K_ELF &&
        gelf_getehdr(ret->elf, &ret->header) != NULL && open_phdrs(ret))
        return true;
    elf_image_close(ret);
    return false;
}

void elf_image_close(struct elf_image *image)
{
    elf_end(image->elf);
    *image = (struct elf_image){0};
}

GElf_Phdr elf_image_phdr(const struct elf_image *image, size_t index)
{
    GElf_Phdr phdr;
    memcpy(&phdr, (const uint8_t *)image->phdrs->d_buf + index * sizeof phdr, sizeof phdr);
    return phdr;
}

bool elf_image_notes(const struct elf_image *image, const GElf_Phdr *phdr, elf_note_visit *visit,
                     void *context)
{
    uint64_t size = range_clip(phdr->p_offset, phdr->p_filesz, image->size);
    if (size == 0)
        return phdr->p_filesz == 0;
    Elf_Type type = phdr->p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR;
    Elf_Data *data = elf_getdata_rawchunk(image->elf, (int64_t)phdr->p_offset, size, type);
    if (data == NULL)
        return false;
    size_t offset = 0, next, name_offset, desc_offset;
    GElf_Nhdr header;
    while ((next = gelf_getnote(data, offset, &header, &name_offset, &desc_offset)) > 0) {
        const uint8_t *base = data->d_buf;
        struct elf_note note = {
            .type = header.n_type,
            .name = (const char *)base + name_offset,
            .name_size = header.n_namesz,
            .desc = base + desc_offset,
            .desc_size = header.n_descsz,
        };
        if (!visit(context, &note))
            return true;
        offset = next;
    }
    return offset == data->d_size && size == phdr->p_filesz;
}

bool elf_note_is(const struct elf_note *note, const char *name, uint32_t type)
{
    size_t length = strlen(name);
    return note->type == type && (note->name_size == length || note->name_size == length + 1) &&
           memcmp(note->name, name, note->name_size) == 0;
}

static bool take_build_id(void *context, const struct elf_note *note)
{
    struct build_id *id = context;
    if (!elf_note_is(note, ELF_NOTE_GNU, NT_GNU_BUILD_ID) || note->desc_size == 0 ||
        note->desc_size > BUILD_ID_MAX)
        return true;
    id->size = note->desc_size;
    memcpy(id->bytes, note->desc, note->desc_size);
    return false;
}

struct build_id elf_image_build_id(const struct elf_image *image)
{
    struct build_id id = {0};
    for (size_t i = 0; i < image->phdr_count && id.size == 0; i++) {
        GElf_Phdr phdr = elf_image_phdr(image, i);
        if (phdr.p_type == PT_NOTE)
            elf_image_notes(image, &phdr, take_build_id, &id);
    }
    return id;
}

bool build_id_equal(const struct build_id *a, const struct build_id *b)
{
    return a->size != 0 && a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}
