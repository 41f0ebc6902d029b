// The graph of a web application against V8's own heap snapshot of the same process: every object of the program,
// none left out (objects, functions, regular expressions; programs/webapp.js writes the snapshot).
//
//   references   every property and element of the snapshot, and no other, by name and target
//   distances    DevTools'
//   retained     DevTools'
//   garbage      what no root leads to is nothing that the snapshot has
//
// What differs has one of these causes, each told by what the object or its target is, not by number:
//   hole         a literal's boilerplate has fields without a value: V8 draws the hole, there is nothing to show
//   uninitialized  Node 18 and 20: the same for fields of numbers, where we show what lies there
//   buffers      V8 draws no properties, elements and prototype of array buffers and of the global proxy
//                (V8HeapExplorer::ExtractReferences leaves after their own fields)
//   frozen       V8 draws elements only of arrays and objects that are not frozen or sealed (IsObjectElementsKind)
//   C++          Node describes objects in C++ and what they hold: nodes "Node / ...", or, where it names an object
//                of ours after the C++ object behind it, more edges of that one. They are no references of V8's heap
// and names: symbols are told apart by their description only in new lines, and never have "get " or "set " in front;
// a NUL in a name is a blank there, and \0 here; ours are cut at 255 bytes.
//
// Distances and retained sizes are compared with those of the snapshot without what is C++'s: without edges of
// nodes of C++ and of the root to them, and without their sizes, which are memory of malloc. For retained sizes
// objects also have the size they have here where V8 counts something else (read-only space: nothing up to 12, see
// reverse.h; characters of external strings from 13 on: they are outside of the heap). Node 18 names the two edges
// to the value of a WeakMap's entry by the pattern of the name ("part of key (%s @%u) ..."): DevTools cannot tell
// that of the table, which it would leave out (isEssentialEdge), so it is left out here. What an instance of
// WebAssembly holds is taken from here (ownEdges). Nothing else differs: the program has V8 make no code between the
// snapshot and the core.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { devtools, NO_DISTANCE, SYSTEM_DISTANCE } from './lib/devtools.mjs';
import { major, many, versions } from './lib/harness.mjs';
import { objectIds } from './lib/object-ids.mjs';
import { readSnapshot } from './lib/snapshot.mjs';
import { webappCores } from './lib/webapp.mjs';

const KINDS = ['object', 'closure', 'regexp'], NAME = 180;

const plain = (name) => String(name).replace(/^(?:[gs]et )?(<symbol.*>|Symbol\(.*\))$/s, '<symbol>')
  .replaceAll('\\0', ' ').slice(0, NAME);

function open(version) {
  const { core, folder } = webappCores(version, 'express');
  const snapshot = readSnapshot(join(folder, 'heap.heapsnapshot')), ids = objectIds(core);
  const [objects, readOnly] = many(core, ['objects --retained --columns address,type,shallow,retained,distance',
    'segments --filter kind:v8:read-only']);
  const heap = {
    core, snapshot, nodes: new Map(), ours: new Map(objects.map((row) => [Number(row.address), row])),
    shared: (at) => readOnly.some(({ start, end }) => Number(start) <= at && at < Number(end)),
    address: (n) => ids.get(snapshot.id[n]),
    type: (n) => snapshot.nodeTypes[snapshot.type[n]],
    name: (n) => snapshot.strings[snapshot.name[n]],
  };
  for (let n = 0; n < snapshot.nodeCount; n++)
    if (heap.address(n) && heap.ours.has(heap.address(n))) heap.nodes.set(heap.address(n), n);
  heap.program = [...heap.nodes].filter(([, n]) => KINDS.includes(heap.type(n)));
  return heap;
}

// --- references --------------------------------------------------------------------------------------------------

const isCpp = (heap, n) => heap.type(n) === 'native' ||
  (heap.type(n) === 'synthetic' && /^(Node \/|C\+\+)/.test(heap.name(n)));

function theirEdges(heap, shown, n) {
  const edges = new Map();
  for (let e = heap.snapshot.firstEdge[n]; e < heap.snapshot.firstEdge[n + 1]; e++) {
    const { type, name, to } = shown.edge(e), at = heap.address(to);
    if (!heap.nodes.has(at) || heap.type(to) === 'number') continue;
    if (type === 'property') edges.set(`${plain(name)} ${at}`, to);
    else if (type === 'element') edges.set(`[${name}] ${at}`, to);
  }
  return edges;
}

function ourEdges(heap, rows) {
  const edges = new Map();
  for (const { edge, to, kind } of rows) {
    const target = heap.nodes.get(Number(to)), written = kind !== 'accessor' || /^[gs]et /.test(edge);
    if (['property', 'element', 'accessor'].includes(kind) && written && target !== undefined &&
        heap.type(target) !== 'number')
      edges.set(`${plain(edge)} ${Number(to)}`, target);
  }
  return edges;
}

const isNothing = (heap, to) => /^(system \/ Hole|hole|system \/ Oddball|uninitialized)$/.test(heap.name(to));

function whyMissing(heap, from, text, to) {
  if (isNothing(heap, to)) return 'hole';
  return heap.cpp.has(`${from} ${to}`) ? 'C++' : undefined;
}

function whyExtra(version, heap, from, text, to) {
  const type = heap.ours.get(heap.address(from)).type;
  if (/^(Shared)?ArrayBuffer$/.test(type) || heap.proxies.has(from)) return 'buffers';
  if (/^\[\d+\] /.test(text)) return heap.frozen.has(from) ? 'frozen' : undefined;
  if (major(version) < 22 && isNothing(heap, to)) return 'uninitialized';
  return heap.cpp.has(`${from} ${to}`) ? 'C++' : undefined;
}

// What the reasons above are told by: edges that Node's C++ draws are of symbols here, or hidden ones; the proxy of
// the global object has its name and not one property; of frozen objects not one element is drawn.
function learn(heap, shown, outs) {
  heap.cpp = new Set();
  heap.proxies = new Set();
  heap.frozen = new Set();
  heap.program.forEach(([, n], i) => {
    const theirs = theirEdges(heap, shown, n), held = new Map();
    for (const { to, edge } of outs[i]) held.set(heap.nodes.get(Number(to)), edge);
    if (/^global/.test(heap.name(n)) && theirs.size === 0) heap.proxies.add(n);
    if (![...theirs.keys()].some((text) => text.startsWith('['))) heap.frozen.add(n);
    // The same reference under the name of a field in C++.
    for (const [text, to] of theirs)
      if (text.startsWith(`${heap.name(n)} `) || heap.name(to) === text.replace(/ \d+$/, '') ||
          (held.get(to) !== undefined && /^Symbol\(/.test(held.get(to)))) heap.cpp.add(`${n} ${to}`);
  });
}

function compareEdges(version, heap, shown, outs) {
  const causes = new Map(), unexplained = [];
  let total = 0;
  heap.program.forEach(([address, n], i) => {
    const theirs = theirEdges(heap, shown, n), ours = ourEdges(heap, outs[i]);
    total += theirs.size;
    const note = (why, text, what) => {
      causes.set(why, (causes.get(why) ?? 0) + 1);
      if (why === undefined) unexplained.push(`${what}: ${heap.name(n)} @${address.toString(16)} ${text}`);
    };
    for (const [text, to] of theirs) if (!ours.has(text)) note(whyMissing(heap, n, text, to), text, 'missing');
    for (const [text, to] of ours) if (!theirs.has(text)) note(whyExtra(version, heap, n, text, to), text, 'extra');
  });
  return { causes, unexplained, total };
}

// --- distances and retained sizes --------------------------------------------------------------------------------

// Edges from a WeakMap's table to values that have the pattern of a name instead of one (Node 18): tables are arrays
// of V8's own, which no key is. Each has its other half, from the key.
function tableEdges(heap) {
  const { snapshot } = heap, pattern = / \/ part of key \(%s @%u\) -> value \(%s @%u\) pair in WeakMap \(table @%u\)$/;
  const names = new Set(snapshot.strings.flatMap((text, i) => pattern.test(text) ? [i] : []));
  const internal = snapshot.edgeTypes.indexOf('internal'), byTable = [], byKey = new Set();
  for (let n = 0; n < snapshot.nodeCount; n++)
    for (let e = snapshot.firstEdge[n]; e < snapshot.firstEdge[n + 1]; e++) {
      if (snapshot.edgeType[e] !== internal || !names.has(snapshot.edgeName[e])) continue;
      if (heap.type(n) === 'array') byTable.push(e);
      else byKey.add(snapshot.edgeTo[e]);
    }
  assert.ok(byTable.every((e) => byKey.has(snapshot.edgeTo[e])));
  return byTable;
}

// Of a WebAssembly instance V8 draws the fields of its data as its own and leaves out what lies in the instance at the
// same offsets (V8HeapExplorer::ExtractWasmInstanceObjectReferences in 12.4 reads the one and marks the other as
// visited): the first of these edges leads here to what is left out, and the others nowhere.
function ownEdges(heap, copy, outs, weak) {
  const { snapshot } = heap;
  heap.program.forEach(([, n], i) => {
    const edges = Array.from({ length: snapshot.firstEdge[n + 1] - snapshot.firstEdge[n] }, (_, e) => snapshot.firstEdge[n] + e);
    const named = (name) => edges.findIndex((e) => snapshot.strings[snapshot.edgeName[e]] === name);
    if (heap.name(n) !== 'Instance' || named('untagged_globals_buffer') < 0) return;
    const drawn = new Set(edges.map((e) => snapshot.edgeTo[e]));
    const leftOut = outs[i].map(({ to }) => heap.nodes.get(Number(to))).filter((to) => to !== undefined && !drawn.has(to));
    const wrong = edges.slice(0, named('__proto__'));
    assert.ok(wrong.length > leftOut.length);
    wrong.forEach((e, k) => {
      if (k < leftOut.length) copy.edgeTo[e] = leftOut[k];
      else copy.edgeType[e] = weak;
    });
  });
}

// The snapshot without what is C++'s, and with our sizes of objects where V8 counts otherwise.
function withoutCpp(heap, outs) {
  const { snapshot, ours, shared } = heap, weak = snapshot.edgeTypes.indexOf('weak');
  const copy = { ...snapshot, selfSize: snapshot.selfSize.slice(), edgeType: snapshot.edgeType.slice(),
    edgeTo: snapshot.edgeTo.slice() };
  for (let n = 0; n < snapshot.nodeCount; n++) {
    const at = heap.address(n), row = ours.get(at);
    if (row && (heap.type(n) === 'string' || heap.type(n) === 'native')) copy.selfSize[n] = row.shallow;
    if (row && shared(at)) copy.selfSize[n] = 0;
    if (row || !isCpp(heap, n)) continue;
    if (heap.name(n) !== 'system / JSArrayBufferData') copy.selfSize[n] = 0;
    copy.edgeType.fill(weak, snapshot.firstEdge[n], snapshot.firstEdge[n + 1]);
  }
  for (let e = 0; e < snapshot.firstEdge[1]; e++)
    if (isCpp(heap, snapshot.edgeTo[e])) copy.edgeType[e] = weak;
  ownEdges(heap, copy, outs, weak);
  const unnamed = tableEdges(heap);
  for (const e of unnamed) copy.edgeType[e] = weak;
  return Object.assign(devtools(copy), { unnamed });
}

const ofPage = (distance) => distance !== null && distance > 0 && distance < SYSTEM_DISTANCE;

function compareDistances(heap, shown) {
  const wrong = [];
  for (const [address, n] of heap.program) {
    const theirs = shown.distance[n], { distance } = heap.ours.get(address);
    if (ofPage(theirs) !== ofPage(distance) || (ofPage(theirs) && theirs !== distance))
      wrong.push(`${heap.name(n)} @${address.toString(16)}: ${distance}, V8 says ${theirs}`);
  }
  return wrong;
}

function compareRetained(heap, shown) {
  const wrong = [];
  let equal = 0;
  for (const [address, n] of heap.program) {
    const { retained, distance } = heap.ours.get(address);
    if (!ofPage(distance)) continue;
    if (retained === shown.retained[n]) equal++;
    else wrong.push(`${heap.name(n)} @${address.toString(16)}: ${retained}, V8 says ${shown.retained[n]}`);
  }
  return { wrong, equal };
}

// What no root leads to is not in the snapshot, or stacks and handle scopes held it then, or C++ does.
function garbage(heap, shown) {
  const dead = new Map(heap.program.filter(([at]) => heap.ours.get(at).distance === null).map(([at, n]) => [n, at]));
  const excused = (from) => dead.has(from) || isCpp(heap, from) ||
    (heap.type(from) === 'synthetic' && /^\((Stack roots|Handle scope)\)$/.test(heap.name(from)));
  return [...dead].filter(([n]) => shown.distance[n] !== NO_DISTANCE && !shown.retainers(n)
    .every(({ from, edge }) => excused(from) || shown.edge(edge).type === 'weak' || shown.distance[from] === NO_DISTANCE))
    .map(([n, at]) => `${heap.name(n)} @${at.toString(16)}`);
}

for (const version of versions.filter((v) => major(v) >= 18))
  test(`${version}: all references, distances and retained sizes of an application as in V8's snapshot`, (t) => {
    const heap = open(version);
    const outs = many(heap.core, heap.program.map(([at]) => `out 0x${at.toString(16)} --columns edge,to,kind`));
    const shown = withoutCpp(heap, outs);
    learn(heap, shown, outs);
    const { causes, unexplained, total } = compareEdges(version, heap, shown, outs);
    t.diagnostic(`${heap.program.length} objects, ${total} references; ${[...causes].map(([why, n]) => `${n} ${why}`).join(', ')}`);
    assert.deepEqual(unexplained.slice(0, 20), []);
    assert.ok(heap.program.length > 20000 && total > 3 * heap.program.length);
    assert.deepEqual(compareDistances(heap, shown).slice(0, 20), []);
    assert.deepEqual(garbage(heap, shown).slice(0, 20), []);
    assert.equal(shown.unnamed.length > 0, major(version) === 18);
    const { wrong, equal } = compareRetained(heap, shown);
    t.diagnostic(`${equal} retained sizes`);
    assert.deepEqual(wrong.slice(0, 20), []);
    assert.ok(equal > 20000);
  });
