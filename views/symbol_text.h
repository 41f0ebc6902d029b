// Names of symbols as people write them.
#ifndef DUMPDIVE_VIEWS_SYMBOL_TEXT_H
#define DUMPDIVE_VIEWS_SYMBOL_TEXT_H

#include <stddef.h>

// "v8::base::OS::Abort" for "_ZN2v84base2OS5AbortEv": the plain names of the C++ ABI, without types of
// parameters. All other names stay as they are: those of C, and templates, constructors and operators.
// Cut to fit; returns `buffer`.
char *symbol_text(const char *name, char *buffer, size_t capacity);

#endif
