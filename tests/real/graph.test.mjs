// References by name, and distances, against V8's own heap snapshot of the same process.
//
// For objects of the program's own classes and for what they hold:
//   out    every property and element of the snapshot, and no other
//   refs   every retainer of these kinds, and of variables, with DevTools' distance
//   path   ends at the object, in as many steps as its distance
// Distances of what only roots lead to (SYSTEM_DISTANCE and above) are not compared: a core has roots that
// a snapshot has not. Smis and doubles have no node unless the snapshot captures numbers, so boxed numbers are
// left out. What a snapshot draws over several of V8's own fields at once is one reference of the last of them
// here: __proto__ and prototype are the map's, getters and setters the accessor pair's.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { devtools, SYSTEM_DISTANCE } from './lib/devtools.mjs';
import { cores, rows, versions } from './lib/harness.mjs';
import { objectIds } from './lib/object-ids.mjs';
import { readSnapshot } from './lib/snapshot.mjs';

const CLASSES = ['App', 'Bed', 'BedStrings', 'Dog', 'Puppy', 'Legacy', 'ArrayChild', 'ErrorChild'];
const EACH = 2; // objects of a class

// Snapshots of old lines do not tell symbols apart, and newer ones only those with a description.
const plain = (name) => String(name).replace(/^(<symbol.*>|Symbol\(.*\))$/s, '<symbol>');

function open(folder, core) {
  const snapshot = readSnapshot(join(folder, 'heap.heapsnapshot')), shown = devtools(snapshot);
  const ids = objectIds(core), nodes = new Map();
  for (let n = 0; n < snapshot.nodeCount; n++) {
    const address = ids.get(snapshot.id[n]);
    if (address)
      nodes.set(address, n);
  }
  const address = (n) => ids.get(snapshot.id[n]);
  const type = (n) => snapshot.nodeTypes[snapshot.type[n]];
  const name = (n) => snapshot.strings[snapshot.name[n]];
  return { snapshot, shown, nodes, address, type, name };
}

// Objects of a class that hold what its constructor gave them (prototypes do not).
function objectsOf(heap, name) {
  const found = [];
  for (const n of heap.nodes.values())
    if (heap.type(n) === 'object' && heap.name(n) === name)
      found.push(n);
  return found.slice(-EACH);
}

// Properties and elements as the snapshot has them: "name address".
function expectedOut(heap, n) {
  const { snapshot, shown } = heap, edges = new Set();
  for (let e = snapshot.firstEdge[n]; e < snapshot.firstEdge[n + 1]; e++) {
    const { type, name, to } = shown.edge(e), address = heap.address(to);
    if (address === undefined || heap.type(to) === 'number')
      continue;
    if (type === 'property')
      edges.add(`${plain(name)} ${address}`);
    else if (type === 'element')
      edges.add(`[${name}] ${address}`);
  }
  return edges;
}

function ourOut(heap, core, n) {
  const edges = new Set();
  for (const { edge, to, kind } of rows(core, ['out', `0x${heap.address(n).toString(16)}`])) {
    const target = heap.nodes.get(Number(to));
    if (!['property', 'element', 'accessor'].includes(kind) || target === undefined || heap.type(target) === 'number')
      continue;
    edges.add(`${plain(edge)} ${Number(to)}`);
  }
  return edges;
}

function checkRefs(heap, core, n) {
  const ours = rows(core, ['refs', `0x${heap.address(n).toString(16)}`]);
  const kinds = { property: 'property', element: 'element', context: 'variable' };
  let checked = 0;
  for (const { from, edge } of heap.shown.retainers(n)) {
    const { type, name } = heap.shown.edge(edge), address = heap.address(from);
    if (kinds[type] === undefined || address === undefined || ['__proto__', 'prototype'].includes(name) ||
        /^[gs]et /.test(name))
      continue;
    const text = type === 'element' ? `[${name}]` : plain(name);
    const row = ours.find((candidate) => Number(candidate.from) === address && plain(candidate.edge) === text);
    assert.ok(row, `${heap.name(from)} @${address.toString(16)} .${text} holds ${heap.name(n)}`);
    assert.equal(row.kind, kinds[type], text);
    const distance = heap.shown.distance[from];
    if (distance > 0 && distance < SYSTEM_DISTANCE)
      assert.equal(row.distance, distance, `distance of ${heap.name(from)} @${address.toString(16)}`);
    checked++;
  }
  return checked;
}

for (const version of versions)
  test(`${version}: references and distances as in V8's snapshot`, (t) => {
    const made = cores(version, 'snapshot'), core = made.kernel ?? made.gcore;
    if (!core)
      return t.skip('no core');
    const heap = open(made.folder, core);
    let objects = 0, references = 0;
    for (const name of CLASSES)
      for (const n of objectsOf(heap, name)) {
        const at = `${name} @${heap.address(n).toString(16)}`;
        assert.deepEqual([...ourOut(heap, core, n)].sort(), [...expectedOut(heap, n)].sort(), at);
        references += checkRefs(heap, core, n);
        const distance = heap.shown.distance[n];
        if (distance > 0 && distance < SYSTEM_DISTANCE) {
          const path = rows(core, ['path', `0x${heap.address(n).toString(16)}`]);
          assert.equal(Number(path.at(-1).address), heap.address(n), at);
          assert.equal(path.length, distance, `steps to ${at}`);
          assert.ok(path[0].root, at);
        }
        objects++;
      }
    assert.ok(objects >= CLASSES.length && references >= objects, `${objects} objects, ${references} references`);
    t.diagnostic(`${objects} objects, ${references} references to them`);
  });
