#!/bin/bash
# dump.sh [--only gcore|kernel] [--dies] VERSION PROGRAM OUTDIR [NODE-FLAG...] [-- ARGUMENT...]
#
# Runs programs/PROGRAM.js on Node.js VERSION with --expose-gc and the flags, in an empty environment,
# and leaves in OUTDIR:
#
#   truth.json    the one line the program printed: what it knows about itself
#   gcore.core    its core by gdb's gcore, zero pages turned into holes afterwards
#   kernel.core   its core by the kernel, of the same process in the same state (SIGABRT after gcore)
#   node          symbolic link to the executable
#   status        how it ended: the shell's exit status
#   ...           whatever else the program wrote into its working directory
#
# The program prints its line and then waits without allocating, so both cores hold what truth.json says.
# With --dies the program ends by itself; there is a kernel core only.
# Nothing is done when OUTDIR was made from the same program, flags and version. Calls may run at the same
# time, also for one OUTDIR.
#
# A kernel core needs a core_pattern that is a plain file name. Where it pipes to a program there is none:
# that is said on stderr, the exit status is 3, and OUTDIR is complete but for kernel.core.
set -u

die() { echo "dump.sh: $*" >&2; exit 1; }

only=both dies=
while :; do
	case ${1-} in
	--only) only=$2; shift 2 ;;
	--dies) dies=1 only=kernel; shift ;;
	*) break ;;
	esac
done
[ $# -ge 3 ] || die "usage: dump.sh [--only gcore|kernel] [--dies] VERSION PROGRAM OUTDIR [NODE-FLAG...] [-- ARGUMENT...]"
case $only in both | gcore | kernel) ;; *) die "--only gcore or --only kernel" ;; esac
version=$1 program=$2 out=$3
shift 3
flags=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do flags+=("$1"); shift; done
[ $# -eq 0 ] || shift

here=$(cd "$(dirname "$0")" && pwd)
script=$here/programs/$program.js
[ -f "$script" ] || die "no program $script"
node=$("$here/node.sh" "$version") || exit 1

inputs=$({
	echo 1 "$version" "$dies" "${flags[@]}" -- "$@"  # the 1 counts changes of this script that matter
	cat "$script" "$here"/programs/lib/*.js $(find "$here/programs/$program" -type f 2>/dev/null | sort)
} | sha256sum | cut -d' ' -f1)

kernel_cores=yes
pattern=$(cat /proc/sys/kernel/core_pattern)
case $pattern in
'|'* | */* | '')
	kernel_cores= ;;
esac

want=
[ $only = kernel ] || want="gcore.core"
[ $only = gcore ] || [ -z "$kernel_cores" ] || want="$want kernel.core"
ended() {
	[ $only = gcore ] || [ -n "$kernel_cores" ] && exit 0
	echo "dump.sh: no kernel core: core_pattern is '$pattern', not a plain file name" >&2
	exit 3
}
reusable() {
	[ "$(cat "$out/.inputs" 2>/dev/null)" = "$inputs" ] || return 1
	for f in $want; do [ -f "$out/$f" ] || return 1; done
}
reusable && ended

mkdir -p "$(dirname "$out")"
out=$(cd "$(dirname "$out")" && pwd)/$(basename "$out")
[ ! -e "$out" ] || [ -f "$out/.inputs" ] || rmdir "$out" 2>/dev/null || die "$out is there and was not made by this script"
exec 9>"$(dirname "$out")/.$(basename "$out").lock"
flock 9
reusable && ended

work=$(mktemp -d "$(dirname "$out")/.$(basename "$out").XXXXXX")
pid=
cleanup() { [ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null; rm -rf "$work"; }
trap cleanup EXIT
trap 'exit 1' INT TERM HUP

if [ $only != gcore ] && [ -n "$kernel_cores" ]; then
	ulimit -c unlimited 2>/dev/null || die "no kernel core: the limit of the core size cannot be lifted"
else
	ulimit -c 0
fi

# The filter is the kernel's default: private and shared anonymous memory and ELF headers.
run() {
	cd "$work" || exit 1
	echo 0x33 >/proc/self/coredump_filter
	exec env -i "$node" --expose-gc "${flags[@]}" "$script" "$@"
}
# A shell in between takes the news of its end, which is no news here.
(
	run "$@" >"$work/truth.json" 2>"$work/stderr" </dev/null &
	echo $! >"$work/pid"
	wait $!
	echo $? >"$work/status.new"
	mv "$work/status.new" "$work/status"
) 2>/dev/null 9>&- &
keeper=$!
until [ -s "$work/pid" ]; do sleep 0.01; done
pid=$(cat "$work/pid")
rm "$work/pid"

tick=0
while [ ! -f "$work/status" ]; do
	[ -n "$dies" ] || [ "$(tail -c 1 "$work/truth.json" 2>/dev/null | od -An -tx1)" != " 0a" ] || break
	tick=$((tick + 1))
	[ $tick -lt 18000 ] || die "$program on $version: not ready after half an hour"
	sleep 0.1
done

if [ -z "$dies" ]; then
	[ ! -f "$work/status" ] || { cat "$work/stderr" >&2; die "$program on $version ended before it was ready"; }
	sleep 0.2
	if [ $only != kernel ]; then
		# gdb's own view of the symbols is not needed, and reading them takes longer than the dump.
		env -i PATH=/usr/bin:/bin gdb -nx -batch -iex 'set auto-solib-add off' -iex 'set debuginfod enabled off' \
			-p $pid -ex "gcore $work/gcore.core" >"$work/gdb" 2>&1 9>&-
		[ -s "$work/gcore.core" ] && grep -q '^Saved corefile' "$work/gdb" || {
			tail -n 5 "$work/gdb" >&2
			die "gdb made no core (attaching needs root or kernel.yama.ptrace_scope = 0)"
		}
		fallocate --dig-holes "$work/gcore.core" || die "no room to make holes in gcore.core"
		rm "$work/gdb"
	fi
	if [ $only = gcore ] || [ -z "$kernel_cores" ]; then kill -KILL $pid; else kill -ABRT $pid; fi
fi
wait $keeper
pid=

if [ $only != gcore ] && [ -n "$kernel_cores" ]; then
	for f in "$work"/core "$work"/core.* "$work"/*core*; do
		[ "$f" != "$work/gcore.core" ] && [ -f "$f" ] || continue
		mv "$f" "$work/kernel.core"
		break
	done
	[ -s "$work/kernel.core" ] || { cat "$work/stderr" >&2; die "the kernel left no core of $program on $version (status $(cat "$work/status"))"; }
fi
[ -s "$work/stderr" ] || rm "$work/stderr"
sed -i 1q "$work/truth.json"  # an old V8 that runs out of memory says so on stdout
ln -s "$node" "$work/node"
echo "$inputs" >"$work/.inputs"
chmod 755 "$work"
rm -rf "$out"
mv -T "$work" "$out"
ended
