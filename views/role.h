// Roles: what a piece of text means. Themes give each role its look; views never name colours.
// The names are those of theme files (`type.string = yellow`).
#ifndef DUMPDIVE_VIEWS_ROLE_H
#define DUMPDIVE_VIEWS_ROLE_H

#define ROLES(X)                                                                                   \
    X(ROLE_TEXT, "text")             /* ordinary text */                                           \
    X(ROLE_NAME, "name")             /* what the eye lands on: a type, a property, a function */   \
    X(ROLE_NUMBER, "number")         /* counts and sizes */                                        \
    X(ROLE_ADDRESS, "addr")          /* dim: addresses of the dumped process */                    \
    X(ROLE_BAR, "bar")               /* bars drawn with characters */                              \
    X(ROLE_STRING, "type.string")    /* values, by JavaScript type */                              \
    X(ROLE_VALUE_NUMBER, "type.number")                                                            \
    X(ROLE_VALUE_KEYWORD, "type.keyword") /* true, undefined, null, holes */                       \
    X(ROLE_VALUE_OBJECT, "type.object")                                                            \
    X(ROLE_VALUE_FUNCTION, "type.function")                                                        \
    X(ROLE_INTERNAL, "internal")     /* what V8 keeps and JavaScript does not see */               \
    X(ROLE_EDGE, "edge")             /* name of a reference */                                     \
    X(ROLE_WEAK, "edge.weak")                                                                      \
    X(ROLE_LINK, "link")             /* can be followed */                                         \
    X(ROLE_GOOD, "state.good")                                                                     \
    X(ROLE_WARN, "state.warn")       /* partial, inferred */                                       \
    X(ROLE_BAD, "state.bad")         /* unreadable, damaged */                                     \
    X(ROLE_DIM, "dim")                                                                             \
    X(ROLE_SOURCE, "source")         /* program text */                                            \
    X(ROLE_SOURCE_MARK, "source.mark")                                                             \
    X(ROLE_HEADING, "heading")       /* column titles, section titles */                           \
    X(ROLE_TITLE, "title")           /* first line, pane titles */                                 \
    X(ROLE_TITLE_FOCUS, "title.focus")                                                             \
    X(ROLE_BORDER, "border")                                                                       \
    X(ROLE_TAB, "tab")                                                                             \
    X(ROLE_TAB_FOCUS, "tab.focus")                                                                 \
    X(ROLE_ROW_SELECTED, "row.selected")                                                           \
    X(ROLE_ROW_MARKED, "row.marked")                                                               \
    X(ROLE_MATCH, "match")           /* text that a search found */                                \
    X(ROLE_STATUS, "status")                                                                       \
    X(ROLE_KEY, "key")               /* keys in help lines */                                      \
    X(ROLE_PROMPT, "prompt")                                                                       \
    X(ROLE_MESSAGE, "message")                                                                     \
    X(ROLE_ERROR, "message.error")

enum role {
#define X(id, name) id,
    ROLES(X)
#undef X
    ROLE_COUNT
};

#endif
