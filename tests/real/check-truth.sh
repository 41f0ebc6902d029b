#!/bin/bash
# check-truth.sh [VERSION...]: does "devtools" in the truth of the program "snapshot" agree with the heap
# snapshot that V8 wrote in the same process? Prints one line a version and what differs.
set -u
here=$(cd "$(dirname "$0")" && pwd)
reader=$("$here/node.sh" 22.23.3) || exit 1
status=0
for dir in $("$here/make-all.sh" snapshot "$@"); do
	"$reader" "$here/snapshot-summary.mjs" "$dir/heap.heapsnapshot" >"$dir/summary.json" &&
	"$reader" -e '
		const fs = require("fs"), dir = process.argv[1];
		const truth = JSON.parse(fs.readFileSync(dir + "/truth.json")), seen = JSON.parse(fs.readFileSync(dir + "/summary.json")).constructors;
		const wrong = Object.keys(truth.devtools).filter(k => truth.devtools[k] !== (seen[k] || { count: 0 }).count);
		console.log(truth.node, Object.keys(truth.devtools).length, "classes", wrong.length, "wrong");
		for (const k of wrong) console.log("  ", k, "truth", truth.devtools[k], "snapshot", seen[k]);
		process.exit(wrong.length ? 1 : 0);' "$dir" || status=1
done
exit $status
