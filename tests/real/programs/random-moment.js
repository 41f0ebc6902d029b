// Allocates and collects without end, to be killed at any moment: see random-moments.sh. Its steady part
// is known: the truth's counts hold at every moment (a class instance is replaced only after another list
// has taken it up). Objects of class Churn come and go. Run with --expose-gc.
'use strict';
const fs = require('fs');

class Steady { constructor(n) { this.steady = n; } }
class Churn { constructor(n, other) { this.churn = n; this.other = other; this.text = 'churn ' + n; } }

global.steady = [];
for (let i = 0; i < 5000; i++) global.steady.push(new Steady(i));
global.kept = [];
global.table = new Map();

fs.writeSync(1, JSON.stringify({
  program: 'random-moment', node: process.version, v8: process.versions.v8, pid: process.pid, argv: process.argv,
  counts: { Steady: 5000 },
}) + '\n');

const limit = 150000;
for (let n = 0; ; n++) {
  const c = new Churn(n, global.kept[(n * 7) % limit]);
  c.other && (c.other.other = null);
  global.kept[(n * 7919) % limit] = c;
  if (n % 5 === 0) global.table.set(n, c);
  if (global.table.size > 40000) global.table = new Map();
  if (n % 3000 === 0) global.big = new Array(40000).fill(n);
  if (n % 30000 === 0) global.gc();                       // full collection, moving objects
  else if (n % 7000 === 0) try { global.gc({ type: 'minor' }); } catch (e) { global.gc(true); }
}
