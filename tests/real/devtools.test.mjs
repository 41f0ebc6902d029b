// The oracle of lib/devtools.mjs on small snapshots whose figures are worked out by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { devtools, NO_DISTANCE, SYSTEM_DISTANCE } from './lib/devtools.mjs';
import { parseSnapshot } from './lib/snapshot.mjs';

const NODE_TYPES = ['hidden', 'array', 'string', 'object', 'code', 'closure', 'regexp', 'number', 'native', 'synthetic',
  'concatenated string', 'sliced string', 'symbol', 'bigint', 'object shape'];
const EDGE_TYPES = ['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak'];

// nodes: name → [type, name, size, [[edge type, name or index, to], ...]], the root first. Ids are odd and
// ascend: the n-th node has 2 n + 1.
function snapshot(nodes) {
  const strings = [], numbers = [], edges = [], names = Object.keys(nodes);
  const string = (text) => {
    if (!strings.includes(text))
      strings.push(text);
    return strings.indexOf(text);
  };
  for (const [type, name, size, out = []] of Object.values(nodes)) {
    numbers.push([NODE_TYPES.indexOf(type), string(name), 2 * (numbers.length) + 1, size, out.length, 0, 0]);
    for (const [kind, key, to] of out)
      edges.push([EDGE_TYPES.indexOf(kind), typeof key === 'number' ? key : string(key), 7 * names.indexOf(to)]);
  }
  const read = parseSnapshot(`{"snapshot":{"meta":${JSON.stringify({
    node_fields: ['type', 'name', 'id', 'self_size', 'edge_count', 'trace_node_id', 'detachedness'],
    node_types: [NODE_TYPES, 'string', 'number', 'number', 'number', 'number', 'number'],
    edge_fields: ['type', 'name_or_index', 'to_node'], edge_types: [EDGE_TYPES, 'string_or_number', 'node'],
  })},"node_count":${numbers.length},"edge_count":${edges.length},"trace_function_count":0},\n"nodes":[${
    numbers.join('\n,')}],\n"edges":[${edges.join('\n,')}],\n"trace_function_infos":[],\n"trace_tree":[],\n"samples":[],
"locations":[],\n"strings":${JSON.stringify(strings)}}`);
  const result = devtools(read), by = {};
  names.forEach((name, n) => {
    by[name] = { n, distance: result.distance[n], dominator: names[result.dominator[n]],
      retained: result.retained[n], shallow: result.shallow[n], retainers: result.retainers(n).map((r) => names[r.from]) };
  });
  return { result, by, read, names };
}

const roots = (...strong) => ({
  gc: ['synthetic', '(GC roots)', 0, [['element', 1, 'handles']]],
  handles: ['synthetic', '(Global handles)', 0, strong.map((to, i) => ['element', i + 1, to])],
});

test('distances, dominators and retained sizes of a diamond', () => {
  const { by, result, read } = snapshot({
    root: ['synthetic', '', 0, [['element', 1, 'gc'], ['shortcut', 'x', 'global']]],
    ...roots(),
    global: ['object', 'global', 10, [['property', 'a', 'a'], ['property', 'b', 'b'], ['weak', 'c', 'weak']]],
    a: ['object', 'A', 20, [['property', 'd', 'd'], ['element', 7, 'one']]],
    b: ['object', 'B', 30, [['property', 'd', 'd']]],
    d: ['object', 'D', 40, [['property', 'back', 'a']]],
    one: ['string', 'one', 50],
    weak: ['object', 'Weak', 60, [['property', 'one', 'one']]],
  });
  assert.deepEqual([by.global, by.a, by.d, by.one].map((node) => node.distance), [1, 2, 3, 3]);
  assert.equal(by.root.distance, SYSTEM_DISTANCE);
  assert.equal(by.handles.distance, SYSTEM_DISTANCE + 2);
  assert.equal(by.weak.distance, NO_DISTANCE);
  assert.equal(by.d.dominator, 'global');
  assert.equal(by.weak.dominator, 'root', 'an object that only weak edges lead to');
  assert.equal(by.one.dominator, 'a', 'what the page does not own holds nothing of the page');
  assert.equal(by.a.retained, 70);
  assert.equal(by.global.retained, 150);
  assert.equal(by.root.retained, 210);
  assert.deepEqual(by.d.retainers, ['a', 'b']);
  assert.deepEqual(result.edge(read.firstEdge[by.a.n] + 1), { type: 'element', name: 7, to: by.one.n });
});

test('roots hold only what the global object does not lead to', () => {
  const { by } = snapshot({
    root: ['synthetic', '', 0, [['element', 1, 'gc'], ['shortcut', 'x', 'global']]],
    ...roots('page', 'own'),
    global: ['object', 'global', 10, [['property', 'a', 'a']]],
    a: ['object', 'A', 20, [['property', 'page', 'page']]],
    page: ['object', 'Page', 30],
    own: ['object', 'Own', 40, [['property', 'page', 'page'], ['property', 'more', 'more']]],
    more: ['object', 'More', 50],
  });
  assert.equal(by.page.dominator, 'a');
  assert.equal(by.a.retained, 50);
  assert.equal(by.own.dominator, 'handles');
  assert.equal(by.own.retained, 90);
  assert.equal(by.own.distance, SYSTEM_DISTANCE + 3);
});

test('the value of a WeakMap is retained by its key, at the distance of the later of key and table', () => {
  const pair = 'part of key (Key @9) -> value (Value @15) pair in WeakMap (table @13)';
  const { by } = snapshot({
    root: ['synthetic', '', 0, [['element', 1, 'gc'], ['shortcut', 'x', 'global']]],
    ...roots(),
    global: ['object', 'global', 10, [['property', 'key', 'key'], ['property', 'map', 'map']]],
    key: ['object', 'Key', 20, [['internal', `1 / ${pair}`, 'value']]],
    map: ['object', 'WeakMap', 30, [['internal', 'table', 'table']]],
    table: ['array', '', 40, [['weak', '1', 'key'], ['internal', `2 / ${pair}`, 'value']]],
    value: ['object', 'Value', 50],
  });
  assert.equal(by.value.dominator, 'key');
  assert.equal(by.key.retained, 70);
  assert.equal(by.map.retained, 70);
  assert.equal(by.map.shallow, 70, 'owns its table');
  assert.equal(by.table.retained, 0);
  assert.equal(by.value.distance, 4);
});

test('arrays and hidden nodes with one owner are part of it', () => {
  const { by, result } = snapshot({
    root: ['synthetic', '', 0, [['element', 1, 'gc'], ['shortcut', 'x', 'global']]],
    ...roots('handle'),
    global: ['object', 'global', 10, [['property', 'a', 'a'], ['property', 'b', 'b']]],
    a: ['object', 'T', 20, [['internal', 'elements', 'own'], ['hidden', 3, 'shared']]],
    b: ['object', 'T', 30, [['hidden', 3, 'shared']]],
    own: ['array', '(object elements)', 40, [['hidden', 1, 'deeper']]],
    deeper: ['hidden', 'system / Cell', 50],
    shared: ['array', '', 60, [['hidden', 1, 'below']]],
    below: ['array', '', 70],
    handle: ['array', '', 80],
  });
  assert.equal(by.a.shallow, 110);
  assert.equal(by.own.shallow + by.deeper.shallow, 0);
  assert.deepEqual([by.shared.shallow, by.below.shallow], [60, 70], 'of two owners');
  assert.equal(by.handle.shallow, 80, 'roots own nothing');
  assert.equal(by.a.retained, 110);
  assert.equal(by.global.retained, 280);
  assert.deepEqual(result.classes().get('T'), { count: 2, shallow: 140, retained: 140, distance: 2 });
});

test('what a class retains counts nested ones once', () => {
  const { result } = snapshot({
    root: ['synthetic', '', 0, [['element', 1, 'gc'], ['shortcut', 'x', 'global']]],
    ...roots(),
    global: ['object', 'global', 1, [['property', 'a', 'a'], ['property', 'z', 'z']]],
    a: ['object', 'List', 10, [['property', 'next', 'b'], ['property', 'f', 'f']]],
    b: ['object', 'List', 10, [['property', 'next', 'c']]],
    c: ['object', 'Other', 100, [['property', 'next', 'd']]],
    d: ['object', 'List', 10],
    f: ['closure', 'f', 64],
    z: ['object', 'List', 10],
  });
  const classes = result.classes();
  assert.deepEqual(classes.get('List'), { count: 4, shallow: 40, retained: 204, distance: 2 });
  assert.deepEqual(classes.get('Other'), { count: 1, shallow: 100, retained: 110, distance: 4 });
  assert.deepEqual(classes.get('Function'), { count: 1, shallow: 64, retained: 64, distance: 3 });
});

test('a cycle that nobody holds belongs to the root', () => {
  const { by } = snapshot({
    root: ['synthetic', '', 0, [['element', 1, 'gc'], ['shortcut', 'x', 'global']]],
    ...roots(),
    global: ['object', 'global', 10, [['property', 'e', 'e']]],
    c: ['object', 'C', 20, [['property', 'd', 'd']]],
    d: ['object', 'D', 30, [['property', 'c', 'c'], ['property', 'e', 'e']]],
    e: ['object', 'E', 40],
  });
  assert.deepEqual([by.c.dominator, by.d.dominator, by.e.dominator], ['root', 'root', 'global']);
  assert.equal(by.root.retained, 100);
});

// Dominators once more, by their definition: a dominates b when taking a away makes b unreachable.
test('dominators of random graphs are what their definition says', () => {
  let seed = 1;
  const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  for (let round = 0; round < 60; round++) {
    const count = 2 + random(14), nodes = {
      root: ['synthetic', '', 0, [['shortcut', 'x', 'n0']]],
    };
    for (let i = 0; i < count; i++)
      nodes[`n${i}`] = ['object', 'N', 1 + random(9), Array.from({ length: random(4) },
        () => ['property', 'p', `n${random(count)}`])];
    const { read, result, names } = snapshot(nodes);
    const reached = (without) => {
      const seen = new Set([0]), work = [0];
      while (work.length) {
        const n = work.pop();
        for (let e = read.firstEdge[n]; e < read.firstEdge[n + 1]; e++)
          if (!seen.has(read.edgeTo[e]) && read.edgeTo[e] !== without) {
            seen.add(read.edgeTo[e]);
            work.push(read.edgeTo[e]);
          }
      }
      return seen;
    };
    const all = reached(-1);
    for (const n of all) {
      if (n === 0)
        continue;
      const lost = [...all].filter((other) => other === n || !reached(n).has(other));
      assert.equal(result.retained[n], lost.reduce((sum, other) => sum + result.shallow[other], 0),
        `round ${round}, ${names[n]}`);
    }
  }
});

test('what is not a snapshot, or not all of one, is said to be so', () => {
  assert.throws(() => parseSnapshot('{"nodes":[]}'), /not a heap snapshot/);
  assert.throws(() => parseSnapshot('{"snapshot":{"meta":{"node_fields":[]'), /cut off/);
});
