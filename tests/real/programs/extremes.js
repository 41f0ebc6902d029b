// Objects as large as they come: what inspecting has to open at once and in constant memory.
// Give the heap room: --max-old-space-size=6000. ARGUMENT: divides all sizes (1).
'use strict';
const fs = require('fs');
const { collect, pause } = require('./lib/bed');

const by = Number(process.argv[2] || 1);
const count = { elements: 10e6 / by, properties: 1e5 / by, entries: 5e6 / by, units: 50, levels: 1e6 / by, scopes: 1e4 / by,
  bytes: 200e6 / by };

class Extremes {
  constructor() {
    this.texts = new Texts(count.bytes);
    this.packed = [];
    for (let i = 0; i < count.elements; i++) this.packed.push(i);
    this.holey = new Array(count.elements);
    for (let i = 0; i < count.elements; i += 3) this.holey[i] = i;
    this.doubles = [];
    for (let i = 0; i < count.elements; i++) this.doubles.push(i + 0.5);
    this.dictionary = {};
    for (let i = 0; i < count.properties; i++) this.dictionary[`property ${i}`] = i;
    delete this.dictionary['property 1'];
    this.map = new Map();
    for (let i = 0; i < count.entries; i++) this.map.set(i, i);
    this.cons = '';
    const piece = 'a piece of text, fifty characters long, of a string'.slice(0, count.units);
    for (let i = 0; i < count.levels; i++) this.cons += piece;
    this.scopes = scopes(count.scopes);
    this.circle = { name: 'circle', list: [] };
    this.circle.self = this.circle;
    this.circle.list.push(this.circle, this.circle.list);
  }
}

// Strings of so many bytes, by what holds their characters. The sequential one-byte string is the source of
// a function, too.
class Texts {
  constructor(bytes) {
    const line = '  here = here + 1; // one line of many\n';
    this.oneByte = flat(`(function huge(here) {\n${line.repeat(bytes / line.length)}})`);
    this.twoByte = flat('один два три четыре '.repeat(bytes / 40));
    this.slicedOneByte = this.oneByte.slice(bytes / 4, -bytes / 4);
    this.slicedTwoByte = this.twoByte.slice(bytes / 8, -bytes / 8);
    this.externalOneByte = Buffer.alloc(bytes, 'outside of the heap ').latin1Slice();
    this.externalTwoByte = Buffer.alloc(bytes, 'снаружи ', 'utf16le').ucs2Slice();
    this.huge = (0, eval)(this.oneByte);
  }
}

function flat(text) {
  text.charCodeAt(0);
  return text;
}

// A function in a scope in a scope ...: each calls the one before to be made.
function scopes(depth) {
  let inner = () => 0;
  const source = 'let here = depth; return () => { here; return inner; };';
  const make = new Function('depth', 'inner', source);
  for (let i = 0; i < depth; i++) inner = make(i, inner);
  return inner;
}

global.extremes = new Extremes();
collect();
fs.writeSync(1, JSON.stringify({ count }) + '\n');
for (;;) pause(Infinity);
