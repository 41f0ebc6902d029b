#!/bin/bash
# layers.sh: no include points up, and no layer knows a library that is not its own. Linking each layer's
# tests without the layers above (see the Makefile) finds the rest.
set -u
cd "$(dirname "$0")/../.." || exit 1

# layer | what its files must not include
rules='
heap|"(views|tui|keymap)/|<(n?curses|termkey)
heap/dump|"heap/(v8|graph|heap\.h)
heap/v8|"heap/(graph|heap\.h)
views|"tui/|<(n?curses|termkey)
keymap|"(heap|views|tui)/|<n?curses'

status=0
while IFS='|' read -r layer forbidden; do
	[ -n "$layer" ] || continue
	if grep -rnE "^#include ($forbidden)" "$layer" --include='*.[ch]'; then
		echo "layers.sh: $layer must not include that" >&2
		status=1
	fi
done <<<"$rules"

# Rooms of a folder, each using only the ones before it (and the header that the folder shares).
rooms() {
	local folder=$1 later room
	shift
	for room in "$@"; do
		shift
		later=$(IFS='|' && echo "$*")
		if [ -n "$later" ] &&
			grep -rnE "^#include \"$folder/($later)/" "$folder/$room" --include='*.[ch]'; then
			echo "layers.sh: $folder/$room must not include that" >&2
			status=1
		fi
	done
}
rooms heap/v8 layout space object string value function naming decode
rooms heap/v8 layout space object string value function calibrate
rooms heap/v8 layout space object string value function stack
rooms heap/graph work index search roots edges paths dominators leaks saved
rooms heap/graph work index roots death

# A header stands alone: it includes what it uses, and has a guard.
for header in $(git ls-files '*.h'); do
	if ! cc -I. -D_GNU_SOURCE -std=c11 -fsyntax-only -x c "$header" 2>/dev/null; then
		echo "layers.sh: $header does not compile by itself" >&2
		status=1
	fi
	if ! grep -q "^#ifndef DUMPDIVE_" "$header"; then
		echo "layers.sh: $header has no guard" >&2
		status=1
	fi
done
exit $status
