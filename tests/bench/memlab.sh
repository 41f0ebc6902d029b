#!/bin/bash
# memlab.sh DUMPDIVE MEMLAB [RECORDS [FOLDER]] - the same process seen by both: its heap snapshot loaded by
# memlab (with its dominators and retained sizes), its core opened by dumpdive until everything is known.
#
#   MEMLAB   a folder in which `npm install @memlab/heap-analysis` has run
#   RECORDS  of programs/big.js, 7 objects each (default 3,000,000: 4 GB of disk and 10 GB of memory)
#   FOLDER   for the snapshot and the core; removed at the end
#
# The core is gdb's, taken before the snapshot: writing that leaves gigabytes in the process.
#
# Prints the clock time and the peak memory of each, and how often one is the other.
set -eu
dumpdive=$(realpath "$1") memlab=$(realpath "$2") records=${3:-3000000}
here=$(cd "$(dirname "$0")" && pwd)
work=${4:-$(mktemp -d)}
mkdir -p "$work"
pid=
trap '[ -z "$pid" ] || kill -KILL $pid 2>/dev/null; rm -rf "$work"' EXIT
cp -r "$here"/../real/programs/big.js "$here"/../real/programs/lib "$work"
cd "$work"
node=$("$here"/../real/node.sh "${NODE:-24.21.0}")

# The program of the other benches, which writes its snapshot where it would wait.
cat >both.js <<'JS'
require('./lib/bed').tell = () => {
  const gdb = ['-nx', '-batch', '-iex', 'set auto-solib-add off', '-p', process.pid, '-ex', 'gcore core'];
  require('child_process').execFileSync('gdb', gdb, { stdio: 'ignore' });
  const begin = Date.now();
  require('v8').writeHeapSnapshot('big.heapsnapshot');
  console.log(`snapshot written in ${Math.round((Date.now() - begin) / 1000)} s`);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
require('./big.js');
JS
"$node" --expose-gc --max-old-space-size=16000 both.js "$records" >told &
pid=$!
until [ -s told ]; do sleep 0.5; done
echo "$(cat told), with $(awk '/VmHWM/ { printf "%.1f GB", $2 / 1e6 }' /proc/$pid/status) in the process"
kill -KILL $pid
wait $pid 2>/dev/null || :
pid=
fallocate --dig-holes core # gdb writes memory that was never touched as zeros
core=core

# The reader of a file that prints what has been used: seconds, and KiB at most.
measured() { /usr/bin/time -f '%e %U %S %M' -o "$work/time" "$@" >"$work/out" 2>"$work/err"; cat "$work/time"; }
cat >load.js <<'JS'
const { getFullHeapFromFile } = require(process.argv[2] + '/node_modules/@memlab/heap-analysis');
getFullHeapFromFile(process.argv[3]).then((snapshot) => {
  let most = 0;
  snapshot.nodes.forEach((node) => { if (node.name === 'Map') most = Math.max(most, node.retainedSize); });
  console.log(snapshot.nodes.length, 'nodes', snapshot.edges.length, 'edges, the largest Map retains', most);
});
JS
read -r memlab_s memlab_user memlab_sys memlab_kb <<<"$(measured "$node" --max-old-space-size=16000 load.js "$memlab" big.heapsnapshot)"
echo "memlab:   $memlab_s s ($memlab_user user, $memlab_sys system), $memlab_kb KiB: $(tail -n 1 out)"
# Neither is read from the disk: the snapshot was just written.
cat "$core" >/dev/null
read -r own_s own_user own_sys own_kb <<<"$(measured "$dumpdive" "$core" types --retained --tsv --limit 3)"
echo "dumpdive: $own_s s ($own_user user, $own_sys system), $own_kb KiB resident with the file's own pages:"
cat out
# The pages of the core are the page cache's, not the program's: what is private, without them.
"$here"/private.sh "$dumpdive" "$core" types --retained --limit 3 | tee private
awk -v a="$memlab_s" -v b="$own_s" -v c="$(awk "BEGIN { print $memlab_user + $memlab_sys }")" \
	-v d="$(awk "BEGIN { print $own_user + $own_sys }")" -v m="$memlab_kb" -v n="$(awk '{ print $1 }' private)" \
	'BEGIN { printf "%.1f times as fast (%.1f in CPU time), 1/%.1f of the memory\n", a / b, c / d, m / n }'
