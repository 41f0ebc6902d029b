// A large heap: big.js [RECORDS], default 3,000,000 records in a Map, 7 objects each: 21 million objects,
// some 25 million references between them, about 1 GB. Run with --expose-gc; no other flag is needed from
// Node 12 on. Ready in half a minute.
'use strict';
const { facts, tell } = require('./lib/bed');

const records = Number(process.argv[2]) || 3000000;

class Detail { constructor(n) { this.serial = n; this.label = 'l' + n; } }
class Record {
  constructor(n) {
    this.id = n;
    this.name = 'name' + n;               // a string
    this.tags = [n, n + 1];               // an array and its elements
    this.weight = n + 0.5;                // a number in a box (in the object itself on Node 12)
    this.detail = new Detail(n);          // an object and its string
  }
}

const table = new Map();
for (let i = 0; i < records; i++) table.set(i, new Record(i));
global.table = table;

tell(Object.assign({
  program: 'big', records, objects: 7 * records,
  counts: { Record: records, Detail: records },
  devtools: { Record: records, Detail: records },
}, facts()));
