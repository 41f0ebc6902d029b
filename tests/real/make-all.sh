#!/bin/bash
# make-all.sh [PROGRAM] [VERSION...]: the cores of PROGRAM (default: classes) on every Node.js version of
# the file "versions" (or the ones given), by gcore and by the kernel, in the cache:
#
#   $CACHE/cores/VERSION/PROGRAM/truth.json    what the process says about itself, one line of JSON
#   $CACHE/cores/VERSION/PROGRAM/gcore.core    its core by gdb's gcore (sparse file)
#   $CACHE/cores/VERSION/PROGRAM/kernel.core   its core by the kernel, same process, same state
#   $CACHE/cores/VERSION/PROGRAM/node          symbolic link to the executable
#
# $CACHE is $DUMPDIVE_CACHE, else ${XDG_CACHE_HOME:-$HOME/.cache}/dumpdive. Cores that are there already and
# were made from the same program are left alone. Prints the folders, one a line. About 5 s and 40 MB a
# version for "classes".
#
# The programs: classes, workers (both kinds of core), snapshot (both, and heap.heapsnapshot), big (both; 21
# million objects, 1 GB each), oom and leak-server (they die by themselves: kernel.core only), random-moment
# (1.core, 2.core, 3.core). README says what each is for.
#
# On a machine whose core_pattern pipes to a program there are no kernel cores: status 3 and a line that
# says so.
set -u

here=$(cd "$(dirname "$0")" && pwd)
cache=${DUMPDIVE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dumpdive}
program=${1:-classes}
shift $(($# > 0))
[ $# -gt 0 ] || set -- $(grep -v '^#' "$here/versions")

status=0
for version; do
	out=$cache/cores/$version/$program
	case $program in
	oom) "$here/dump.sh" --dies "$version" oom "$out" --max-old-space-size=60 ;;
	leak-server) "$here/dump.sh" --dies "$version" leak-server "$out" ;;
	random-moment) "$here/random-moments.sh" "$version" 3 "$out" ;;
	*) "$here/dump.sh" "$version" "$program" "$out" ;;
	esac
	case $? in
	0) ;;
	3) status=3 ;;
	*) exit 1 ;;
	esac
	echo "$out"
done
exit $status
