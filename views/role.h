// Roles: what a piece of text means. Themes give each role its look; views never name colours.
// The names are those of theme files (`type.string = yellow`); the manual lists them all.
#ifndef DUMPDIVE_VIEWS_ROLE_H
#define DUMPDIVE_VIEWS_ROLE_H

#define ROLES(X)                                                                                   \
    X(ROLE_TEXT, "text", "ordinary text")                                                          \
    X(ROLE_NAME, "name", "what the eye lands on: a type, a property, a function")                  \
    X(ROLE_NUMBER, "number", "counts and sizes")                                                   \
    X(ROLE_ADDRESS, "addr", "addresses of the dumped process")                                     \
    X(ROLE_BAR, "bar", "bars drawn with characters")                                               \
    X(ROLE_STRING, "type.string", "values: strings")                                               \
    X(ROLE_VALUE_NUMBER, "type.number", "values: numbers")                                         \
    X(ROLE_VALUE_KEYWORD, "type.keyword", "values: true, undefined, null, holes")                  \
    X(ROLE_VALUE_OBJECT, "type.object", "values: objects")                                         \
    X(ROLE_VALUE_FUNCTION, "type.function", "values: functions")                                   \
    X(ROLE_INTERNAL, "internal", "what V8 keeps and JavaScript does not see")                      \
    X(ROLE_EDGE, "edge", "name of a reference")                                                    \
    X(ROLE_WEAK, "edge.weak", "name of a weak reference")                                          \
    X(ROLE_LINK, "link", "can be followed")                                                        \
    X(ROLE_GOOD, "state.good", "as it should be")                                                  \
    X(ROLE_WARN, "state.warn", "partial, inferred")                                                \
    X(ROLE_BAD, "state.bad", "unreadable, damaged")                                                \
    X(ROLE_DIM, "dim", "less important")                                                           \
    X(ROLE_SOURCE, "source", "program text")                                                       \
    X(ROLE_SOURCE_MARK, "source.mark", "the line that is meant")                                   \
    X(ROLE_HEADING, "heading", "column titles, section titles")                                    \
    X(ROLE_TITLE, "title", "first line, pane titles")                                              \
    X(ROLE_TITLE_FOCUS, "title.focus", "title of the pane that has the keys")                      \
    X(ROLE_BORDER, "border", "lines between panes")                                                \
    X(ROLE_TAB, "tab", "names of tabs")                                                            \
    X(ROLE_TAB_FOCUS, "tab.focus", "name of the tab on top")                                       \
    X(ROLE_ROW_SELECTED, "row.selected", "the row under the cursor")                               \
    X(ROLE_ROW_MARKED, "row.marked", "rows that are marked")                                       \
    X(ROLE_MATCH, "match", "text that a search found")                                             \
    X(ROLE_STATUS, "status", "status line")                                                        \
    X(ROLE_KEY, "key", "keys in help lines")                                                       \
    X(ROLE_PROMPT, "prompt", "what stands before a line that is typed")                            \
    X(ROLE_MESSAGE, "message", "messages")                                                         \
    X(ROLE_ERROR, "message.error", "messages of mistakes and failures")

enum role {
#define X(id, name, meaning) id,
    ROLES(X)
#undef X
    ROLE_COUNT
};

#endif
