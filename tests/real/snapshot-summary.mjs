// snapshot-summary.mjs FILE.heapsnapshot: what DevTools' constructor list says, from the file alone, as JSON:
//
//   nodes, edges      how many there are
//   size              the sum of all self sizes
//   constructors      DevTools' class name -> { count, size }
//   types             raw node type -> raw node name -> { count, size }   (names of strings, numbers, code and
//                     the like are left out: they are contents, and are summed under "*")
//
// With --nodes also every node as a line of JSON: id, type, name, class, self size, number of edges.
//
// DevTools' rule for the class name of a node: hidden: "(system)"; object and native: its name; code:
// "(compiled code)"; closure: "(closure)"; anything else: "(" + type + ")". Sizes are V8's self sizes
// (DevTools moves the sizes of some backing stores to their owners, which this does not).
//
// Reads the file as a stream; the numbers of nodes and the strings are kept, edges are only counted.
import fs from 'fs';

const file = process.argv[2];
if (!file) {
  console.error('usage: snapshot-summary.mjs FILE.heapsnapshot [--nodes]');
  process.exit(1);
}
const listNodes = process.argv.includes('--nodes');

// The file is {"snapshot":{"meta":{...},...},\n"nodes":[1,2,..],\n"edges":[...],...,"strings":["..",..]}.
const fd = fs.openSync(file, 'r');
const chunk = Buffer.alloc(1 << 20);
let have = 0, at = 0;
function byte() {
  if (at === have) {
    have = fs.readSync(fd, chunk, 0, chunk.length, null);
    at = 0;
    if (have === 0) return -1;
  }
  return chunk[at++];
}
function expect(text) {
  for (const c of Buffer.from(text)) {
    let b = byte();
    while (b === 10 || b === 32) b = byte();
    if (b !== c) throw new Error(`not a heap snapshot: expected ${text}`);
  }
}
// One JSON value as text: braces and brackets balanced, strings respected.
function valueText() {
  const out = [];
  let depth = 0, inString = false, escaped = false;
  for (;;) {
    const b = byte();
    if (b < 0) throw new Error('cut off');
    out.push(b);
    if (inString) {
      if (escaped) escaped = false;
      else if (b === 92) escaped = true;
      else if (b === 34) inString = false;
      continue;
    }
    if (b === 34) inString = true;
    else if (b === 123 || b === 91) depth++;
    else if (b === 125 || b === 93) { if (--depth === 0) return Buffer.from(out).toString(); }
  }
}
function numbers(take) {
  let n = 0, any = false, negative = false, count = 0;
  for (;;) {
    const b = byte();
    if (b >= 48 && b <= 57) { n = n * 10 + b - 48; any = true; }
    else if (b === 45) negative = true;
    else if (b === 44 || b === 93) {
      if (any) { take(negative ? -n : n); count++; }
      n = 0; any = false; negative = false;
      if (b === 93) return count;
    } else if (b < 0) throw new Error('cut off');
  }
}
// The text of one JSON string after its opening quote.
function stringText() {
  const out = [34];
  let escaped = false;
  for (;;) {
    const b = byte();
    if (b < 0) throw new Error('cut off');
    out.push(b);
    if (escaped) escaped = false;
    else if (b === 92) escaped = true;
    else if (b === 34) return JSON.parse(Buffer.from(out).toString());
  }
}

expect('{"snapshot":');
const head = JSON.parse(valueText());
const meta = head.meta;
const width = meta.node_fields.length;
const nodes = new Float64Array(head.node_count * width);
let filled = 0, edges = 0;
let strings = null;
for (;;) {
  let b = byte();
  while (b === 44 || b === 10 || b === 32) b = byte();
  if (b === 125 || b < 0) break;
  if (b !== 34) throw new Error('not a heap snapshot: a key was expected');
  const key = stringText();
  expect(':');
  if (key === 'strings') {
    expect('[');
    strings = [];
    for (;;) {
      const c = byte();
      if (c === 93) break;
      if (c === 34) strings.push(stringText());
    }
  } else {
    expect('[');
    if (key === 'nodes') numbers(n => { nodes[filled++] = n; });
    else if (key === 'edges') edges = numbers(() => {}) / meta.edge_fields.length;
    else numbers(() => {});
  }
}
if (filled !== nodes.length || edges !== head.edge_count || !strings) throw new Error('not all of it is there');

const field = name => meta.node_fields.indexOf(name);
const typeAt = field('type'), nameAt = field('name'), idAt = field('id'), sizeAt = field('self_size'), edgesAt = field('edge_count');
const typeNames = meta.node_types[typeAt];
const contents = new Set(['string', 'concatenated string', 'sliced string', 'number', 'bigint', 'regexp', 'code', 'symbol']);

function className(type, name) {
  switch (type) {
    case 'hidden': return '(system)';
    case 'object': case 'native': return name;
    case 'code': return '(compiled code)';
    default: return `(${type})`;
  }
}

const constructors = new Map(), types = new Map();
function add(map, key, size) {
  let row = map.get(key);
  if (!row) map.set(key, row = { count: 0, size: 0 });
  row.count++;
  row.size += size;
}
let total = 0;
for (let i = 0; i < filled; i += width) {
  const type = typeNames[nodes[i + typeAt]], name = strings[nodes[i + nameAt]], size = nodes[i + sizeAt];
  const cls = className(type, name);
  total += size;
  add(constructors, cls, size);
  if (!types.has(type)) types.set(type, new Map());
  add(types.get(type), contents.has(type) ? '*' : name, size);
  if (listNodes) console.log(JSON.stringify({ id: nodes[i + idAt], type, name, class: cls, size, edges: nodes[i + edgesAt] }));
}
if (!listNodes) {
  // fromEntries would lose "__proto__" as a key: it is a possible name of a class.
  const object = map => {
    const o = Object.create(null);
    for (const [k, v] of [...map].sort((a, b) => b[1].size - a[1].size || (a[0] < b[0] ? -1 : 1))) {
      Object.defineProperty(o, k, { value: v, enumerable: true, configurable: true, writable: true });
    }
    return o;
  };
  const raw = {};
  for (const [type, names] of types) raw[type] = object(names);
  console.log(JSON.stringify({ nodes: head.node_count, edges, size: total, constructors: object(constructors), types: raw }));
}
