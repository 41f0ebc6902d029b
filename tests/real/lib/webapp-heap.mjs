// A web application's core and V8's snapshot of the same process, object by object.
//
//   openHeap(version)    { core, snapshot, ours: address -> row, nodes: address -> node, program: [[address, node]] of the
//                        objects, functions and regular expressions, outs: what each of the program refers to, ... }
//   comparable(heap)     what DevTools shows of it (devtools.mjs), without what cannot be compared:
//
// Figures are those of the snapshot without what is C++'s: without edges of
// nodes of C++ and of the root to them, and without their sizes, which are memory of malloc. For retained sizes
// objects also have the size they have here where V8 counts something else (read-only space: nothing up to 12, see
// reverse.h; characters of external strings from 13 on: they are outside of the heap). Node 18 names the two edges
// to the value of a WeakMap's entry by the pattern of the name ("part of key (%s @%u) ..."): DevTools cannot tell
// that of the table, which it would leave out (isEssentialEdge), so it is left out here. What an instance of
// WebAssembly holds is taken from here (ownEdges). Nothing else differs: the program has V8 make no code between the
// snapshot and the core.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { devtools, SYSTEM_DISTANCE } from './devtools.mjs';
import { many } from './harness.mjs';
import { objectIds } from './object-ids.mjs';
import { readSnapshot } from './snapshot.mjs';
import { webappCores } from './webapp.mjs';

const KINDS = ['object', 'closure', 'regexp'];

export function openHeap(version) {
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
  heap.outs = many(core, heap.program.map(([at]) => `out 0x${at.toString(16)} --columns edge,to,kind`));
  return heap;
}

export const isCpp = (heap, n) => heap.type(n) === 'native' ||
  (heap.type(n) === 'synthetic' && /^(Node \/|C\+\+)/.test(heap.name(n)));

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
function ownEdges(heap, copy, weak) {
  const { snapshot } = heap;
  heap.program.forEach(([, n], i) => {
    const edges = Array.from({ length: snapshot.firstEdge[n + 1] - snapshot.firstEdge[n] }, (_, e) => snapshot.firstEdge[n] + e);
    const named = (name) => edges.findIndex((e) => snapshot.strings[snapshot.edgeName[e]] === name);
    if (heap.name(n) !== 'Instance' || named('untagged_globals_buffer') < 0) return;
    const drawn = new Set(edges.map((e) => snapshot.edgeTo[e]));
    const leftOut = heap.outs[i].map(({ to }) => heap.nodes.get(Number(to))).filter((to) => to !== undefined && !drawn.has(to));
    const wrong = edges.slice(0, named('__proto__'));
    assert.ok(wrong.length > leftOut.length);
    wrong.forEach((e, k) => {
      if (k < leftOut.length) copy.edgeTo[e] = leftOut[k];
      else copy.edgeType[e] = weak;
    });
  });
}

// The snapshot without what is C++'s, and with our sizes of objects where V8 counts otherwise.
export function comparable(heap) {
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
  ownEdges(heap, copy, weak);
  const unnamed = tableEdges(heap);
  for (const e of unnamed) copy.edgeType[e] = weak;
  return Object.assign(devtools(copy), { snapshot: copy, unnamed });
}

// Is it a distance from a global object?
export const ofPage = (distance) => distance !== null && distance > 0 && distance < SYSTEM_DISTANCE;
