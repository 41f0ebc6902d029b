// Functions, as values: what they are called and how long, their source and scope being for
// others to tell.
#include "heap/v8/decode.h"

const struct v8_decoder decoder_function = {.kind = "function", .flags = DECODER_WHOLE};
