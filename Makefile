# make           build/dumpdive
# make demo      install what is missing, build, open the sample core
# make test      install what is missing, build, run every test
# make check     warnings as errors (gcc, clang), sanitizers, static analysis, layer check
# make bench     speed and memory, as ratios to a plain pass over the same bytes
# make latency   how long keys wait on the same core of 21 million objects
# make deps      install libraries and tools (Debian, Ubuntu), or name them
# make install   to PREFIX (/usr/local): the program, its manual (make man), completion for shells
#
# Variants build beside each other: make SANITIZE=address,undefined, make SANITIZE=thread,
# make CC=clang. Objects go to build/ (or BUILD=DIR), never into the source folders.

CC       ?= cc
SANITIZE ?=
WERROR   ?=
BUILD    ?= build
comma    := ,
OUT      := $(BUILD)$(if $(SANITIZE),/san-$(subst $(comma),-,$(SANITIZE)))$(if $(filter clang%,$(CC)),/clang)

PKG_HEAP := libelf libpcre2-8 libzstd zlib liblzma liblz4
PKG_TUI  := ncursesw termkey
PKG_TEST := cmocka
PKG_CONFIG ?= pkg-config

PREFIX     ?= /usr/local
SYSCONFDIR ?= /etc

OPTIMIZE ?= -O2
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wimplicit-fallthrough -Wundef
CPPFLAGS += -I. -D_GNU_SOURCE
CFLAGS   ?= -g
CFLAGS   += -std=c11 $(OPTIMIZE) $(WARNINGS) $(if $(WERROR),-Werror) -pthread -MMD -MP
LDFLAGS  += -pthread
ifneq ($(SANITIZE),)
CFLAGS   += -fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all
LDFLAGS  += -fsanitize=$(SANITIZE)
endif

# One library per layer. A layer is linked, in the tests too, with the layers below it and the
# libraries it may know: an include that points up fails to link.
HEAP_SRC   := $(wildcard heap/*.c heap/dump/*.c heap/v8/*.c heap/v8/*/*.c heap/graph/*.c heap/graph/*/*.c)
VIEWS_SRC  := $(wildcard views/*.c)
KEYMAP_SRC := $(wildcard keymap/*.c)
TUI_SRC    := $(filter-out tui/main.c,$(wildcard tui/*.c tui/manual/*.c))

objects     = $(patsubst %.c,$(OUT)/%.o,$(1))
LIB_HEAP   := $(OUT)/libheap.a
LIB_VIEWS  := $(OUT)/libviews.a
LIB_KEYMAP := $(OUT)/libkeymap.a
LIB_TUI    := $(OUT)/libtui.a

heap_libs   = $(shell $(PKG_CONFIG) --libs $(PKG_HEAP)) -lm
tui_libs    = $(shell $(PKG_CONFIG) --libs $(PKG_TUI))
test_libs   = $(shell $(PKG_CONFIG) --libs $(PKG_TEST))

# tests/unit/LAYER_name.c is one test program of that layer.
UNIT_SRC   := $(wildcard tests/unit/*.c)
UNIT_BIN   := $(patsubst tests/unit/%.c,$(OUT)/tests/unit/%,$(UNIT_SRC))
SUPPORT    := $(call objects,$(wildcard tests/support/*.c))
SUPPORT_VIEWS := $(call objects,$(wildcard tests/support/views/*.c))
FUZZ_SRC   := $(wildcard tests/fuzz/*.c)
FUZZ_BIN   := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(FUZZ_SRC))
CLANG      ?= clang
SECONDS    ?= 60
ONLY       ?=

.PHONY: all demo deps deps-demo test test-unit test-screen record-screens test-terminal test-manual test-real check bench latency fuzz fuzz-run fuzz-targets screenshots man completion clean install
.SECONDARY:

all: $(OUT)/dumpdive

$(OUT)/dumpdive: $(OUT)/tui/main.o $(LIB_TUI) $(LIB_VIEWS) $(LIB_KEYMAP) $(LIB_HEAP)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(tui_libs) $(heap_libs)

$(LIB_HEAP): $(call objects,$(HEAP_SRC))
$(LIB_VIEWS): $(call objects,$(VIEWS_SRC))
$(LIB_KEYMAP): $(call objects,$(KEYMAP_SRC))
$(LIB_TUI): $(call objects,$(TUI_SRC))
$(OUT)/%.a:
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) rcs $@ $^

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(OUT)/tui/paths.o: CPPFLAGS += -DSYSCONFDIR='"$(SYSCONFDIR)"' -DDATADIR='"$(PREFIX)/share"'

# Data files that are compiled in are assembled with .incbin, which no compiler tracks.
$(OUT)/keymap/builtin.o: $(wildcard keymap/*.keys)
$(OUT)/tui/builtin_themes.o: $(wildcard themes/*.theme)
$(OUT)/tui/manual/generate.o: $(wildcard tui/manual/*.in)

$(OUT)/tests/unit/heap_%: $(OUT)/tests/unit/heap_%.o $(SUPPORT) $(LIB_HEAP)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(heap_libs) $(test_libs)
# Allocations that fail when the test says so.
$(OUT)/tests/unit/heap_exhausted: LDFLAGS += $(foreach function,malloc calloc realloc reallocarray \
                                               aligned_alloc mmap,-Wl,--wrap=$(function))
$(OUT)/tests/unit/views_%: $(OUT)/tests/unit/views_%.o $(SUPPORT) $(SUPPORT_VIEWS) $(LIB_VIEWS) $(LIB_HEAP)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(heap_libs) $(test_libs)
$(OUT)/tests/unit/keymap_%: $(OUT)/tests/unit/keymap_%.o $(LIB_KEYMAP)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(shell $(PKG_CONFIG) --libs termkey) $(test_libs)
$(OUT)/tests/unit/tui_%: $(OUT)/tests/unit/tui_%.o $(SUPPORT) $(SUPPORT_VIEWS) $(LIB_TUI) $(LIB_VIEWS) $(LIB_KEYMAP) $(LIB_HEAP)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(tui_libs) $(heap_libs) $(test_libs)

# --- what people type --------------------------------------------------------------------------------

deps:
	@tests/tools/deps.sh build test check
demo:
	@tests/tools/deps.sh build
	@$(MAKE) -s all
	@$(BUILD)/dumpdive tests/sample/sample.core.zst
test:
	@tests/tools/deps.sh build test
	@$(MAKE) -s all
	@$(MAKE) -s -j2 --output-sync=target test-unit
	@$(MAKE) -s test-screen
	@$(MAKE) -s test-terminal
	@$(MAKE) -s test-manual
	@$(MAKE) -s test-real

# Manual pages and completion are written by the program, from its own tables.
man: $(OUT)/man/dumpdive.1 $(OUT)/man/dumpdive-keys.5
completion: $(OUT)/completion/dumpdive $(OUT)/completion/_dumpdive $(OUT)/completion/dumpdive.fish
$(OUT)/man/dumpdive.1: GENERATE := man
$(OUT)/man/dumpdive-keys.5: GENERATE := man-keys
$(OUT)/completion/dumpdive: GENERATE := bash
$(OUT)/completion/_dumpdive: GENERATE := zsh
$(OUT)/completion/dumpdive.fish: GENERATE := fish
$(OUT)/man/% $(OUT)/completion/%: $(OUT)/dumpdive
	@mkdir -p $(@D)
	$(OUT)/dumpdive --generate $(GENERATE) > $@.part && mv $@.part $@

SHARE   = $(DESTDIR)$(PREFIX)/share
install: all man completion
	install -D -m 755 $(OUT)/dumpdive $(DESTDIR)$(PREFIX)/bin/dumpdive
	install -D -m 644 $(OUT)/man/dumpdive.1 $(SHARE)/man/man1/dumpdive.1
	install -D -m 644 $(OUT)/man/dumpdive-keys.5 $(SHARE)/man/man5/dumpdive-keys.5
	install -D -m 644 $(OUT)/completion/dumpdive $(SHARE)/bash-completion/completions/dumpdive
	install -D -m 644 $(OUT)/completion/_dumpdive $(SHARE)/zsh/site-functions/_dumpdive
	install -D -m 644 $(OUT)/completion/dumpdive.fish $(SHARE)/fish/vendor_completions.d/dumpdive.fish

# --- tests ---------------------------------------------------------------------------------------------

# With -j, several at a time.
test-unit: $(UNIT_BIN:=.run)
$(OUT)/tests/unit/%.run: $(OUT)/tests/unit/%
	@$<

# Keys replayed against the program, and what it then shows.
test-screen: $(OUT)/dumpdive
	tests/screens/run.sh $(OUT)/dumpdive $(ONLY)
record-screens: $(OUT)/dumpdive
	tests/screens/run.sh --record $(OUT)/dumpdive $(ONLY)

# The program on a terminal: modes restored whatever happens, few bytes a key.
test-terminal: $(OUT)/dumpdive $(OUT)/tests/terminal/pty
	PTY=$(abspath $(OUT))/tests/terminal/pty tests/terminal/run.sh $(OUT)/dumpdive $(ONLY)
$(OUT)/tests/terminal/pty: tests/terminal/pty.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< -lutil

# Pictures for the manual and the README, from the same frames as the screen tests: nothing changes
# unless the screens did.
screenshots: $(OUT)/dumpdive $(OUT)/screenshots/draw
	screenshots/run.sh $(OUT)/dumpdive $(OUT)/screenshots/draw
$(OUT)/screenshots/draw: $(OUT)/screenshots/draw.o $(LIB_TUI) $(LIB_VIEWS) $(LIB_KEYMAP) $(LIB_HEAP)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(tui_libs) $(heap_libs)

# Manual pages for mandoc and groff, completion for bash, zsh and fish: with those that are there.
test-manual: $(OUT)/dumpdive
	tests/manual/run.sh $(OUT)/dumpdive $(ONLY)

# Cores of real processes, on every supported Node.js; node's own test runner runs them. REAL picks files,
# DUMPDIVE_ONLY="22.23.3 24.21.0" versions.
TEST_NODE := 24.21.0
REAL ?= $(wildcard tests/real/*.test.mjs)
test-real: $(OUT)/dumpdive $(OUT)/tests/terminal/pty $(OUT)/tests/bench/page $(OUT)/tests/real/unnamed
	@node=$$(tests/real/node.sh $(TEST_NODE)) && DUMPDIVE=$(abspath $(OUT))/dumpdive \
	  $$node --test --test-concurrency=2 --test-reporter=$(REPORTER) $(REAL)
REPORTER ?= spec

# Warnings as errors by both compilers, sanitizers on all unit tests, threads, static analysis, layers.
check:
	@tests/tools/deps.sh build test check
	tests/tools/layers.sh
	$(MAKE) -s WERROR=1 BUILD=$(BUILD)/werror all
	$(MAKE) -s WERROR=1 BUILD=$(BUILD)/werror CC=clang all
	$(MAKE) -s -j2 --output-sync=target SANITIZE=address,undefined test-unit
	$(MAKE) -s -j2 --output-sync=target SANITIZE=thread test-unit
	cppcheck --quiet --error-exitcode=1 --inline-suppr --enable=warning,portability --std=c11 \
	  --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches -I. -D_GNU_SOURCE heap views tui keymap

# Speed and memory, as ratios to a plain pass over the same pages in the same run: on a core of 21
# million objects, or on BENCH_CORE. Beside memlab, on the same process: tests/bench/memlab.sh.
BENCH_VERSION := 20.20.2
BENCH_CORE ?=
BENCH_MAKE_CORE = core=$(BENCH_CORE); if [ -z "$$core" ]; then \
	  folder=$${DUMPDIVE_CACHE:-$${XDG_CACHE_HOME:-$$HOME/.cache}/dumpdive}/cores/$(BENCH_VERSION)/big; \
	  tests/real/dump.sh --only kernel $(BENCH_VERSION) big $$folder && core=$$folder/kernel.core; fi
bench: $(OUT)/tests/bench/graph $(OUT)/tests/bench/strings $(OUT)/tests/bench/referrers
	@tests/tools/deps.sh build test
	@$(BENCH_MAKE_CORE); $(OUT)/tests/bench/graph $$core && $(OUT)/tests/bench/strings $$core && \
	  $(OUT)/tests/bench/referrers $$core

# Milliseconds from a key to the end of its frame, for keys of all kinds in all views, while the stages run and
# when they are through: each the least of three runs. LISTS="types objects" picks lists of keys.
latency: $(OUT)/dumpdive $(OUT)/tests/terminal/pty
	@tests/tools/deps.sh build test
	@$(BENCH_MAKE_CORE); PTY=$(OUT)/tests/terminal/pty tests/terminal/latency.sh $(OUT)/dumpdive $$core
$(OUT)/tests/real/%: $(OUT)/tests/real/%.o $(LIB_HEAP)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(heap_libs)
$(OUT)/tests/bench/%: $(OUT)/tests/bench/%.o $(OUT)/tests/bench/measure.o $(LIB_VIEWS) $(LIB_HEAP)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(heap_libs)

# tests/fuzz/fuzz_NAME.c is one libFuzzer target (see tests/support/fuzz.h).
fuzz:
	$(MAKE) CC=$(CLANG) SANITIZE=fuzzer-no-link,address,undefined fuzz-targets
fuzz-targets: $(FUZZ_BIN)
$(BUILD)/fuzz/%: $(OUT)/tests/fuzz/%.o $(SUPPORT) $(LIB_TUI) $(LIB_VIEWS) $(LIB_KEYMAP) $(LIB_HEAP)
	@mkdir -p $(@D)
	$(CC) -pthread -fsanitize=fuzzer,address,undefined -o $@ $^ $(heap_libs) $(shell $(PKG_CONFIG) --libs termkey)
# Each for SECONDS, or only the target NAME of ONLY=NAME. Inputs found stay in build/fuzz/NAME.found.
fuzz-run: fuzz
	@set -e; for t in $(if $(ONLY),$(BUILD)/fuzz/fuzz_$(ONLY),$(FUZZ_BIN)); do \
	  name=$${t##*/fuzz_}; found=$(BUILD)/fuzz/$$name.found; saved=tests/fuzz/corpus/$$name; \
	  mkdir -p $$found; $$t --seeds $$found; [ -d $$saved ] || saved=; \
	  $$t -max_total_time=$(SECONDS) -max_len=65536 -timeout=20 -rss_limit_mb=4096 \
	    -print_final_stats=1 -artifact_prefix=$(BUILD)/fuzz/$$name- $$found $$saved; \
	done

clean:
	rm -rf $(BUILD)

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
