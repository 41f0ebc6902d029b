#include "views/leak_text.h"

#include "heap/graph/paths/path_find.h"
#include "heap/heap.h"
#include "heap/v8/decode/preview.h"
#include "heap/v8/function/function.h"
#include "heap/v8/function/scope.h"
#include "heap/v8/function/script.h"
#include "heap/v8/function/source_lines.h"
#include "views/format.h"

#include <stdio.h>
#include <string.h>

enum {
    PATH_EDGES = 24,  // said of a path; more are left out in the middle
    STEPS_BEHIND = 3, // edges said behind the one with a name
    VARIABLE_WITHIN = 4, // edges before it that a variable is looked for among
    NAMED_WITHIN = 4096, // steps from the end that one with a name is looked for among
    PREVIEW_SHORT = 96,
};

// --- paths ---------------------------------------------------------------------------------------

static uint64_t address_of(struct heap *heap, uint32_t id)
{
    return index_address(heap_index(heap), id);
}

// A path, and what it is in.
struct way {
    struct heap *heap;
    struct path_graph graph;
    struct path path;
};

static bool find_way(struct heap *heap, uint32_t node, struct way *ret)
{
    const struct graph *graph = heap_graph(heap);
    *ret = (struct way){
        .heap = heap,
        .graph = {.namer = {heap_v8(heap), graph_edges(graph), graph_reverse(graph)},
                  .roots = graph_roots(graph), .reach = graph_reach(graph)}};
    if (ret->graph.reach != NULL)
        ret->graph.shortcuts = graph->shortcuts;
    return ret->graph.reach != NULL && path_shortest(&ret->graph, node, NULL, &ret->path);
}

static uint64_t step_address(const struct way *way, size_t step)
{
    return path_address(&way->graph, &way->path, step);
}

static const char *type_at(struct heap *heap, uint64_t address)
{
    struct type_names *names = heap_type_names(heap);
    struct v8_object object;
    if (!v8_object_at(heap_v8(heap), address, &object))
        return "?";
    return type_names_text(
        names, type_name_of_object(heap_v8(heap), names, heap_renamed(heap), &object));
}

// --- functions -----------------------------------------------------------------------------------

// The last part of a script's name.
static const char *file_of(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : name;
}

// " (server.js:16)" for a function that is in a script.
static void print_place(const struct v8 *v8, const struct v8_function *function, struct print *out)
{
    struct v8_script script;
    struct source_lines *lines;
    char name[SCRIPT_NAME_MAX];
    int64_t line, column;
    if (function->script == 0 || !v8_script_of(v8, function->script, &script) ||
        !v8_script_name(v8, &script, name, sizeof name))
        return;
    print_format(out, " (%s", file_of(name));
    if (function->start >= 0 && source_lines_create(v8, &script, &lines)) {
        if (source_lines_place(lines, (uint32_t)function->start, &line, &column))
            print_format(out, ":%lld", (long long)line);
        source_lines_destroy(lines);
    }
    print_text(out, ")");
}

static bool print_function(const struct v8 *v8, uint64_t address, bool place, struct print *out)
{
    struct v8_object object;
    struct v8_function function;
    char name[FUNCTION_NAME_MAX];
    if (!v8_object_at(v8, address, &object) || !v8_function_of(v8, &object, NULL, &function))
        return false;
    v8_function_name(v8, &function, name, sizeof name);
    print_format(out, "%s", name);
    if (place)
        print_place(v8, &function, out);
    return true;
}

// --- who holds it --------------------------------------------------------------------------------

static bool has_name(const struct edge_name *edge)
{
    return !edge->numbered && (edge->kind == EDGE_KIND_PROPERTY ||
                               edge->kind == EDGE_KIND_VARIABLE ||
                               edge->kind == EDGE_KIND_ACCESSOR);
}

// Is the scope around this one that of all scripts? Its function is then the file itself.
static bool is_of_file(const struct v8 *v8, const struct v8_scope *scope)
{
    struct v8_scope outer;
    return v8_scope_at(v8, v8_untag(scope->outer), &outer) &&
           (outer.global || outer.kind == SCOPE_SCRIPT);
}

// "scope of orders.js", "scope of handler (server.js:16)": what the scope holds, and not one
// variable of it. False: the object is no scope, or nobody lives in it who knows the script.
static bool print_own_scope(struct heap *heap, uint32_t node, struct print *out)
{
    const struct v8 *v8 = heap_v8(heap);
    char name[SCRIPT_NAME_MAX];
    struct v8_scope scope;
    struct v8_script script;
    struct v8_object closure;
    struct v8_function function;
    if (!v8_scope_at(v8, address_of(heap, node), &scope) || !scope.has_info ||
        !leak_closure_in(heap, scope.context.address, &closure) ||
        !v8_function_of(v8, &closure, NULL, &function) || function.script == 0 ||
        !v8_script_of(v8, function.script, &script) ||
        !v8_script_name(v8, &script, name, sizeof name))
        return false;
    if (is_of_file(v8, &scope)) {
        print_format(out, "scope of %s", file_of(name));
        return true;
    }
    function.name = v8_scope_info_function_name(&scope.info);
    function.inferred_name = scope.info.inferred_name;
    function.start = scope.info.start;
    v8_function_name(v8, &function, name, sizeof name);
    print_format(out, "scope of %s", name);
    print_place(v8, &function, out);
    return true;
}

// The function that holds the scope of a step: one that uses the variable, else the closure by
// which the path gets to it.
static void print_scope(const struct way *way, size_t scope, const struct leak_holding *holding,
                        struct print *out)
{
    const struct v8 *v8 = heap_v8(way->heap);
    if (holding->use_count > 0 && print_function(v8, holding->uses[0].closure, true, out))
        return;
    for (size_t i = scope; i > 0; i--) {
        struct v8_object object;
        if (!v8_object_at(v8, step_address(way, i - 1), &object))
            break;
        if (print_function(v8, object.address, true, out))
            return;
        if (v8_context_of(v8, &object) == 0)
            break; // neither a scope nor anything that runs in one
    }
    print_text(out, "a scope");
}

static void print_root(const struct way *way, struct print *out)
{
    char text[256] = "a root";
    if (way->path.root != NULL)
        root_text(heap_v8(way->heap), way->path.root, text, sizeof text);
    print_text(out, text);
}

// What the step at `at`, counted from 1, is held by: has it a name?
static bool is_named(const struct way *way, size_t at, struct edge_name *ret)
{
    path_edge(&way->graph, &way->path, at - 1, ret);
    return has_name(ret);
}

// Is the step at `at` held by an instance of a class of the program, whose property says enough?
static bool is_of_class(const struct way *way, size_t at, const struct edge_name *edge)
{
    struct v8_source source;
    return edge->kind == EDGE_KIND_PROPERTY &&
           leak_class_of(way->heap, step_address(way, at - 2), &source);
}

// The variable a few steps before `at` that leads to what has a name there, else that. Behind a
// class's property only a variable that holds the instance itself says more.
static size_t find_variable(const struct way *way, size_t at, struct edge_name *ret)
{
    struct edge_name before = *ret;
    size_t within = VARIABLE_WITHIN, named = at;
    bool in_class = false;
    for (size_t back = 0; back < within && back + 1 < at; back++) {
        if (!is_named(way, at - back, &before))
            continue;
        if (before.kind == EDGE_KIND_VARIABLE) {
            *ret = before;
            return at - back;
        }
        if (in_class || !is_of_class(way, at - back, &before))
            continue;
        *ret = before;
        named = at - back;
        in_class = true;
        within = back + 2 < within ? back + 2 : within;
    }
    return named;
}

// The step whose edge names the holder, from 1; 0: none does.
static size_t find_holder(const struct way *way, struct edge_name *ret)
{
    size_t at = way->path.count, least = at < NAMED_WITHIN ? 1 : at - NAMED_WITHIN + 1;
    while (at > least && !is_named(way, at, ret))
        at--;
    return at <= least ? 0 : find_variable(way, at, ret);
}

static void print_named(const struct way *way, size_t at, const struct edge_name *edge,
                        struct leak_holding *holding, struct print *out)
{
    uint64_t owner = step_address(way, at - 2);
    bool variable = edge->kind == EDGE_KIND_VARIABLE;
    print_format(out, "%s `%s` of ", variable ? "variable" : "property", edge->text);
    if (variable) {
        holding->use_count = leak_uses(way->heap, owner, edge->text, holding->uses);
        print_scope(way, at - 2, holding, out);
    } else if (!print_function(heap_v8(way->heap), owner, false, out)) {
        holding->use_count =
            leak_uses_of_property(way->heap, owner, edge->text, holding->uses);
        print_text(out, type_at(way->heap, owner));
    }
}

static void print_holder(const struct way *way, struct leak_holding *holding, struct print *out)
{
    struct edge_name edge;
    size_t at = find_holder(way, &edge);
    if (at == 0) {
        print_root(way, out);
        at = 1;
    } else {
        print_named(way, at, &edge, holding, out);
    }
    for (size_t i = at, said = 0; i < way->path.count; i++, said++) {
        if (said == STEPS_BEHIND) {
            print_text(out, " → …");
            break;
        }
        path_edge(&way->graph, &way->path, i, &edge);
        print_format(out, " → %s", edge.text);
    }
}

void leak_holding(struct heap *heap, uint32_t node, struct leak_holding *ret)
{
    struct way way;
    struct print out;
    ret->use_count = 0;
    print_begin(&out, ret->text, sizeof ret->text);
    if (!print_own_scope(heap, node, &out) && find_way(heap, node, &way)) {
        print_holder(&way, ret, &out);
        path_free(&way.path);
    }
}

char *leak_holder(struct heap *heap, const struct leak *leak, char *buffer, size_t capacity)
{
    struct leak_holding holding;
    struct print out;
    leak_holding(heap, leak->node, &holding);
    print_begin(&out, buffer, capacity);
    print_text(&out, holding.text);
    return buffer;
}

char *leak_path(struct heap *heap, const struct leak *leak, char *buffer, size_t capacity)
{
    struct way way;
    struct edge_name edge;
    struct print out;
    print_begin(&out, buffer, capacity);
    if (find_way(heap, leak->node, &way)) {
        print_root(&way, &out);
        for (size_t i = 1; i < way.path.count; i++) {
            if (way.path.count > PATH_EDGES && i == PATH_EDGES / 2) {
                print_text(&out, " → …");
                i = way.path.count - PATH_EDGES / 2;
            }
            path_edge(&way.graph, &way.path, i, &edge);
            print_format(&out, " → %s", edge.text);
        }
    }
    path_free(&way.path);
    return buffer;
}

// --- why it is one -------------------------------------------------------------------------------

static void print_size(struct print *out, uint64_t bytes)
{
    char size[FORMAT_MAX];
    print_text(out, format_size(size, bytes));
}

// What is a closure is one of something: "(closure), such as refresh (server.js:20)".
static void say_function(struct heap *heap, const struct leak *leak, struct print *out)
{
    struct v8_object object;
    uint64_t address = address_of(heap, leak->example);
    if (!v8_object_at(heap_v8(heap), address, &object) ||
        !itype_is_js_function(&heap_v8(heap)->types, object.shape.number))
        return;
    print_text(out, ", such as ");
    print_function(heap_v8(heap), address, true, out);
}

static void say_many(struct heap *heap, const struct leak *leak, struct print *out)
{
    const char *type = type_names_text(heap_type_names(heap), leak->member_type);
    if (leak->member_type == UINT32_MAX) {
        print_text(out, ": ");
        print_size(out, leak->own);
    } else if (leak->alike + leak->alike / 100 >= leak->members) {
        print_format(out, ", all %s", type);
        say_function(heap, leak, out);
    } else {
        print_text(out, ", most of it in ");
        print_count(out, leak->alike);
        print_format(out, " %s", type);
        say_function(heap, leak, out);
    }
}

static void say_large(struct heap *heap, const struct leak *leak, struct print *out)
{
    (void)heap;
    print_text(out, ", itself ");
    print_size(out, leak->own);
}

static void say_group(struct heap *heap, const struct leak *leak, struct print *out)
{
    print_text(out, ", holds ");
    print_count(out, leak->length);
    print_format(out, " large %s",
                 type_names_text(heap_type_names(heap), leak->member_type));
}

static void say_tree(struct heap *heap, const struct leak *leak, struct print *out)
{
    print_format(out, ", the top of many %s that hold each other",
                 type_at(heap, address_of(heap, leak->node)));
}

static void say_chain(struct heap *heap, const struct leak *leak, struct print *out)
{
    print_text(out, ", the first of a chain of more than ");
    print_count(out, leak->length);
    print_format(out, " objects, %s and what comes between",
                 type_names_text(heap_type_names(heap), leak->member_type));
}

char *leak_what(struct heap *heap, const struct leak *leak, char *buffer, size_t capacity)
{
    static void (*const say[LEAK_KINDS])(struct heap *, const struct leak *, struct print *) = {
        [LEAK_MANY] = say_many, [LEAK_LARGE] = say_large, [LEAK_GROUP] = say_group,
        [LEAK_TREE] = say_tree, [LEAK_CHAIN] = say_chain,
    };
    char preview[PREVIEW_SHORT];
    struct print out, short_out;
    print_begin(&short_out, preview, sizeof preview);
    v8_preview_object(heap_v8(heap), address_of(heap, leak->node), false, &short_out);
    print_begin(&out, buffer, capacity);
    print_text(&out, preview);
    say[leak->kind](heap, leak, &out);
    return buffer;
}

char *leak_reason(struct heap *heap, const struct leak *leak, char *buffer, size_t capacity)
{
    char text[LEAK_TEXT];
    struct print out;
    print_begin(&out, buffer, capacity);
    print_text(&out, leak_holder(heap, leak, text, sizeof text));
    if (out.used > 0)
        print_text(&out, " — ");
    print_text(&out, leak_what(heap, leak, text, sizeof text));
    if (leak->doubtful)
        print_text(&out, "; only words that look like references hold it");
    return buffer;
}
