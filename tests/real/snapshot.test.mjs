// Constructors, counts and shallow sizes against V8's own heap snapshot, which the process wrote just before
// the core was taken, node by node: V8's table of node ids says which object is which node.
//
// What differs is explained class by class and printed; nothing is tolerated by number. A node without an
// object, an object without a node, another class or another size has to have one of these reasons:
//
//   synthetic   no memory: roots and their groups
//   native      memory outside V8's heap: what Node adds ("Node / ..."), contents of array buffers
//   merged      Node names an object of its own after the C++ object behind it; V8 then files the object
//               under that, as native, and adds both sizes (node_type "native" at an object's address)
//   died        collected between the snapshot and the core: no object begins where V8 last saw it, or V8
//               knows itself
//   new         made after the snapshot: V8's table has no id for it
//   read-only   V8 13 and later count objects of the read-only space, which all isolates share, as 0
//   unknown     V8 without a table only: the instance type was not recognised, and we say so
//   external    V8 13 and later add the characters of external strings to their size
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { cores, foreign, here, major, rows, versions } from './lib/harness.mjs';
import { reader } from './lib/memory.mjs';
import { objectIds } from './lib/object-ids.mjs';

const STRING_LENGTH = 12; // src/objects/string.h

function snapshotNodes(file) {
  const done = spawnSync(process.execPath, [join(here, 'snapshot-summary.mjs'), file, '--nodes'],
    { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (done.status !== 0)
    throw new Error(done.stderr);
  return done.stdout.split('\n').filter((line) => line).map((line) => JSON.parse(line));
}

// Every object of the core by address, and what the type table says.
function ourObjects(core, options) {
  const objects = new Map();
  for (const { address, type, shallow } of rows(core, ['objects', ...options]))
    objects.set(Number(address), { type, shallow });
  return objects;
}

function heapRanges(core, options) {
  const inHeap = rows(core, ['segments', ...options]).filter((row) => row.kind.startsWith('v8:'))
    .map((row) => ({ start: Number(row.start), end: Number(row.end), kind: row.kind }));
  return (address) => inHeap.find((range) => range.start <= address && address < range.end)?.kind;
}

// Reasons by class, for the report.
class Ledger {
  classes = new Map();
  add(name, reason, nodes, objects) {
    const row = this.classes.get(name) ?? {};
    const entry = row[reason] ??= { nodes: 0, objects: 0 };
    entry.nodes += nodes;
    entry.objects += objects;
    this.classes.set(name, row);
  }
  *lines() {
    for (const [name, reasons] of [...this.classes].sort())
      yield `${name}: ${Object.entries(reasons).map(([reason, { nodes, objects }]) =>
        `${nodes || objects} ${reason}`).join(', ')}`;
  }
}

// Why a node has no object.
function whyNoObject(node, address, kindOf) {
  if (node.type === 'synthetic')
    return address === undefined ? 'synthetic' : undefined;
  const kind = address === undefined ? undefined : kindOf(address);
  if (node.type === 'native')
    return kind === undefined && address !== 0 ? 'native' : undefined;
  return address === 0 || kind !== undefined ? 'died' : undefined;
}

// Why a node and its object differ in size.
function whyOtherSize(version, node, object, address, kindOf, u32) {
  if (major(version) < 24)
    return undefined;
  if (node.size === 0 && kindOf(address) === 'v8:read-only-space')
    return 'read-only';
  const characters = u32(address + STRING_LENGTH), extra = node.size - object.shallow;
  return node.type === 'string' && (extra === characters || extra === 2 * characters) ? 'external' : undefined;
}

function compare(version, core, options, nodes) {
  const ids = objectIds(core), objects = ourObjects(core, options), u32 = reader(core);
  const kindOf = heapRanges(core, options), ledger = new Ledger(), unexplained = [];
  const seen = new Set();
  for (const node of nodes) {
    const address = ids.get(node.id), object = objects.get(address);
    if (object === undefined) {
      const why = whyNoObject(node, address, kindOf);
      ledger.add(node.class, why, 1, 0);
      if (why === undefined)
        unexplained.push({ node, address, object });
      continue;
    }
    seen.add(address);
    if (node.type === 'native') {
      ledger.add(node.class, 'merged', 1, 0);
      ledger.add(object.type, 'merged', 0, 1);
      continue;
    }
    const why = node.size === object.shallow || whyOtherSize(version, node, object, address, kindOf, u32);
    if (version === foreign && object.type === '(unknown)' && why !== undefined)
      ledger.add(node.class, 'unknown', 1, 1);
    else if (node.class !== object.type || why === undefined)
      unexplained.push({ node, address: address.toString(16), object });
    else if (why !== true)
      ledger.add(node.class, why, 1, 1);
  }
  const known = new Set(ids.values());
  for (const [address, object] of objects) {
    if (seen.has(address))
      continue;
    if (known.has(address))
      unexplained.push({ address: address.toString(16), object });
    ledger.add(object.type, 'new', 0, 1);
  }
  return { objects, ledger, unexplained };
}

// The type table adds up to the objects.
function checkTypes(core, options, objects) {
  const sums = new Map();
  for (const { type, shallow } of objects.values()) {
    const sum = sums.get(type) ?? { count: 0, shallow: 0 };
    sum.count++;
    sum.shallow += shallow;
    sums.set(type, sum);
  }
  const types = new Map(rows(core, ['types', ...options])
    .map(({ type, count, shallow }) => [type, { count, shallow }]));
  assert.deepEqual(types, new Map([...types].map(([type]) => [type, sums.get(type)])));
  assert.equal(types.size, sums.size);
}

const openings = [['gcore', []], ['kernel', ['--no-exe']]];
for (const version of [...versions, ...(process.env.DUMPDIVE_ONLY ? [] : [foreign])]) {
  for (const [kind, options] of version === foreign ? openings.slice(1) : openings) {
    test(`${version} ${kind} ${options.join(' ')}: every object as in V8's snapshot`, (t) => {
      const made = cores(version, 'snapshot'), core = made[kind];
      if (!core)
        return t.skip(`this machine makes no ${kind} cores`);
      const nodes = snapshotNodes(join(made.folder, made.truth.snapshot));
      const { objects, ledger, unexplained } = compare(version, core, options, nodes);
      for (const line of ledger.lines())
        t.diagnostic(line);
      assert.deepEqual(unexplained.slice(0, 20), []);
      checkTypes(core, options, objects);
      // Nothing of the program's own came or went.
      for (const name of Object.keys(made.truth.counts))
        assert.deepEqual(Object.keys(ledger.classes.get(name) ?? {}), [], name);
    });
  }
}
