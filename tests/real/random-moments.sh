#!/bin/bash
# random-moments.sh VERSION N OUTDIR [NODE-FLAG...]: N kernel cores of the program random-moment, each killed
# (SIGABRT) after a random time: most of them in the middle of a garbage collection.
# OUTDIR/truth.json is what all of them hold, OUTDIR/1.core ... N.core are the cores, OUTDIR/node the binary.
# Made again only when the program, the flags or the version differ. The times come from a seeded
# generator (MOMENTS_SEED, default 1); what the process does in that time does not repeat, of course.
set -u
die() { echo "random-moments.sh: $*" >&2; exit 1; }
[ $# -ge 3 ] || die "usage: random-moments.sh VERSION N OUTDIR [NODE-FLAG...]"
version=$1 count=$2 out=$3
shift 3
here=$(cd "$(dirname "$0")" && pwd)
script=$here/programs/random-moment.js
node=$("$here/node.sh" "$version") || exit 1
pattern=$(cat /proc/sys/kernel/core_pattern)
case $pattern in
'|'* | */* | '') echo "random-moments.sh: no kernel core: core_pattern is '$pattern', not a plain file name" >&2; exit 3 ;;
esac
ulimit -c unlimited || die "the limit of the core size cannot be lifted"

inputs=$({ echo "$version" "$@" "${MOMENTS_SEED:-1}"; cat "$script"; } | sha256sum | cut -d' ' -f1)
mkdir -p "$out" && out=$(cd "$out" && pwd) || exit 1
exec 9>"$out/.lock"
flock 9
[ "$(cat "$out/.inputs" 2>/dev/null)" = "$inputs" ] || rm -f "$out"/*.core "$out/node"
ln -sfn "$node" "$out/node"
echo "$inputs" >"$out/.inputs"

RANDOM=${MOMENTS_SEED:-1}
for i in $(seq "$count"); do
	millis=$((RANDOM % 1000 + 100))
	[ ! -f "$out/$i.core" ] || continue
	work=$(mktemp -d "$out/.work.XXXXXX")
	(
		cd "$work" || exit 1
		echo 0x33 >/proc/self/coredump_filter
		exec env -i "$node" --expose-gc "$@" "$script" 9>&-
	) >"$work/truth.json" 2>"$work/stderr" </dev/null &
	pid=$!
	for ((t = 0; t < 300; t++)); do [ -s "$work/truth.json" ] && break; sleep 0.1; done
	sleep "$((millis / 1000)).$(printf %03d $((millis % 1000)))"
	kill -ABRT $pid
	{ wait $pid; } 2>/dev/null
	core=$(find "$work" -name '*core*' -type f)
	[ -s "$core" ] || { cat "$work/stderr" >&2; rm -rf "$work"; die "no core"; }
	mv "$work/truth.json" "$out/truth.json"
	mv "$core" "$out/$i.core"
	rm -rf "$work"
done
