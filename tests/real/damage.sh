#!/bin/bash
# damage.sh cut CORE N OUT            OUT = the first N/50 of CORE
# damage.sh pages CORE COUNT SEED OUT OUT = CORE with COUNT of its saved 4 KB pages replaced by random bytes;
#                                     the pages and the bytes follow from SEED
# damage.sh words CORE COUNT SEED OUT OUT = CORE with COUNT aligned words of its saved memory replaced: by random
#                                     values, zero, all ones, small numbers, or another word of the core
#
# Copies are sparse and, where the file system can, share what is not damaged. CORE is never written to.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
usage() { sed -n '2,7s/^# //p' "$0" >&2; exit 1; }
[ $# -ge 4 ] || usage
mode=$1 core=$2
[ -f "$core" ] || { echo "damage.sh: no file $core" >&2; exit 1; }
case $mode in
cut)
	n=$3 out=$4
	size=$(stat -L -c %s "$core")
	rm -f "$out"
	cp --sparse=always --reflink=auto "$core" "$out"
	truncate -s $((size * n / 50)) "$out"
	;;
pages | words)
	[ $# -eq 5 ] || usage
	rm -f "$5"
	cp --sparse=always --reflink=auto "$core" "$5"
	chmod u+w "$5"
	"$("$here/node.sh" 22.23.3)" "$here/damage.mjs" "$mode" "$5" "$3" "$4"
	;;
*) usage ;;
esac
