#!/bin/bash
# make-sample.sh: make sample.core.zst anew (see README). Needs root or unprivileged user namespaces, and a
# core_pattern that is a plain file name.
#
# The process sees a neutral world: mount, host name and process namespaces of its own, the program at
# /srv/app/server.js, the executable at /opt/node/bin/node, an empty environment, empty resolver files, and
# the process id 4711. The core is searched for what it must not hold before it replaces the old one.
set -eu

version=22.23.3 requests=60 per_request=200
limit=2000000

here=$(cd "$(dirname "$0")" && pwd)
die() { echo "make-sample.sh: $*" >&2; exit 1; }
[ "$(cat /proc/sys/kernel/core_pattern)" = core ] || die "core_pattern is not 'core'"
node=$("$here/../real/node.sh" "$version")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/../real/programs/leak-server.js" "$work/server.js"
ulimit -c unlimited

user=
[ "$(id -u)" = 0 ] || user=--map-root-user
NODE=$node WORK=$work REQUESTS=$requests PER_REQUEST=$per_request \
	unshare $user --mount --uts --pid --fork bash -eu -c '
	mount --make-rprivate /
	mount -t proc proc /proc
	mount -t tmpfs none /opt
	mkdir -p /opt/node/bin
	touch /opt/node/bin/node
	mount --bind "$NODE" /opt/node/bin/node
	mount -t tmpfs none /srv
	mkdir /srv/app
	mount --bind "$WORK" /srv/app
	for file in /etc/resolv.conf /etc/hosts /etc/hostname; do
		[ ! -f $file ] || mount --bind /dev/null $file
	done
	hostname app
	cd /srv/app
	echo 0x33 >/proc/self/coredump_filter
	echo 4710 >/proc/sys/kernel/ns_last_pid
	{ (exec -c -a node /opt/node/bin/node server.js "$REQUESTS" "$PER_REQUEST") >truth.json </dev/null; } 2>stderr || :
'
core=$work/core
[ -s "$core" ] || { cat "$work/stderr" >&2; die "no core"; }

# Nothing private: no name or place of the machine it was made on (shorter names than 5 letters are words).
{
	hostname
	[ "$(id -un)" = root ] || id -un
	printf '%s\n' "${HOME:-/root}" /root/ "$here" "$work" "$(dirname "$node")" "${PWD%/*/*}" /home/
	git -C "$here" config user.email || :
	env | sed -n 's/^[A-Z_]*\(TOKEN\|KEY\|SECRET\|PASS\|USER\|HOST\|PROXY\|REGISTRY\)[A-Z_]*=\(......*\)$/\2/p'
} | grep -E '^.{5,}' | sort -u >"$work/private"
for encoding in s l; do
	strings -a -e $encoding -n 4 "$core" | grep -F -f "$work/private" >"$work/found" &&
		{ head "$work/found" >&2; die "the core holds something private"; }
done

zstd -q -f --ultra -22 --long=27 "$core" -o "$work/sample.core.zst"
size=$(stat -c %s "$work/sample.core.zst")
[ "$size" -le $limit ] || die "$size bytes: more than $limit"
mv "$work/sample.core.zst" "$here/sample.core.zst"
chmod 644 "$here/sample.core.zst"
cp "$work/truth.json" "$here/sample.json"
echo "sample.core.zst: $size bytes from $(stat -c %s "$core"), $(du -k "$core" | cut -f1) KB of it not holes"
