// Compile a file into the program, so that the shipped file is the built-in default.
#ifndef DUMPDIVE_KEYMAP_EMBED_H
#define DUMPDIVE_KEYMAP_EMBED_H

// Defines `const char name_begin[]` and `name_end[]` around the bytes of `path` (from the top of
// the source tree).
#define EMBED(name, path)                                                                          \
    __asm__(".section .rodata\n"                                                                   \
            ".global " #name "_begin\n" #name "_begin:\n"                                          \
            ".incbin \"" path "\"\n"                                                               \
            ".global " #name "_end\n" #name "_end:\n"                                              \
            ".byte 0\n"                                                                            \
            ".previous\n");                                                                        \
    extern const char name##_begin[];                                                              \
    extern const char name##_end[]

struct embedded {
    const char *name;
    const char *begin, *end;
};

#endif
