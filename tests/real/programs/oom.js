// Leaks until V8 gives up: "Reached heap limit Allocation failed - JavaScript heap out of memory", SIGABRT.
// Take its core with dump.sh --dies VERSION oom DIR --max-old-space-size=60; the core is then in the middle
// of V8's last garbage collections. What it says is said every 10,000 objects: the last line counts, and the
// number of instances is between "made" + 1 and "made" + 10,000 (each is reachable once it is made, and none
// ever goes).
'use strict';
const fs = require('fs');

class Leaked { constructor(n, next) { this.serial = n; this.next = next; this.text = 'leaked object number ' + n; } }

global.leaked = [];
const line = JSON.stringify({ program: 'oom', node: process.version, v8: process.versions.v8, pid: process.pid, argv: process.argv });
const fd = fs.openSync('made', 'w');
fs.writeSync(1, line + '\n');
let last = null;
for (let n = 0; ; n++) {
  last = new Leaked(n, last);
  global.leaked.push(last);
  if (n % 10000 === 0) fs.writeSync(fd, String(n).padEnd(12) + '\n', 0);
}
