// Paths around objects, and several that share none, of a web application: as long as the shortest in V8's snapshot of
// the same process without those objects.
//
// Only from global objects: of other roots there are more in the snapshot, and more conservative ones here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distancesOf } from './lib/devtools.mjs';
import { major, many, versions } from './lib/harness.mjs';
import { comparable, ofPage, openHeap } from './lib/webapp-heap.mjs';

const SAMPLE = 40, AVOIDED = 2, SEVERAL = 16, WANTED = 4, DEEP = 4, HOLDERS = 8;

const hex = (at) => `0x${at.toString(16)}`;

// Distances when nothing leads to some objects any more, which have no distance then.
function without(shown, nodes) {
  const { snapshot } = shown, edgeType = snapshot.edgeType.slice(), weak = snapshot.edgeTypes.indexOf('weak');
  const gone = new Set(nodes);
  for (let e = 0; e < edgeType.length; e++) if (gone.has(snapshot.edgeTo[e])) edgeType[e] = weak;
  return distancesOf({ ...snapshot, edgeType });
}

// Objects of the program, spread over the heap, that are some steps from a global object.
function sample(heap) {
  const deep = heap.program.filter(([at]) => ofPage(heap.ours.get(at).distance) && heap.ours.get(at).distance >= DEEP);
  return deep.filter((_, i) => i % Math.ceil(deep.length / SAMPLE) === 0);
}

const fromGlobal = (path) => path.length > 0 && path[0].root === 'global object';

function wrongLength(heap, [at, n], path, distance) {
  const theirs = distance[n];
  if (!ofPage(theirs)) return fromGlobal(path) ? `${hex(at)}: a path of ${path.length}, none in the snapshot` : undefined;
  return path.length === theirs ? undefined : `${hex(at)} ${heap.name(n)}: ${path.length} from ${path[0]?.root}, not ${theirs}`;
}

// The inner objects that most of these paths go through.
function busiest(paths) {
  const uses = new Map();
  for (const path of paths)
    for (const { address } of path.slice(1, -1)) uses.set(address, (uses.get(address) ?? 0) + 1);
  return [...uses].sort((a, b) => b[1] - a[1]).slice(0, AVOIDED).map(([address]) => Number(address));
}

const isGlobal = (heap, n) => n !== undefined && /^(global|system \/ NativeContext)/.test(heap.name(n));

// Objects of the program that much refers to.
function wellHeld(heap, shown) {
  const held = heap.program.filter(([at, n]) => ofPage(heap.ours.get(at).distance) &&
    new Set(shown.retainers(n).map(({ from }) => from)).size >= HOLDERS);
  return held.filter((_, i) => i % Math.ceil(held.length / SEVERAL) === 0);
}

// Each path leads around the objects of those before but global ones, or these as well where there are no others; after
// one whose object a root holds itself there is no other.
function disjoint(t, heap, shown) {
  const objects = wellHeld(heap, shown);
  const lists = many(heap.core, objects.map(([at]) => `path ${hex(at)} --all ${WANTED} --columns address,root,path`));
  let count = 0;
  objects.forEach((object, i) => {
    const taken = [];
    for (let number = 1; number <= WANTED; number++) {
      const path = lists[i].filter(({ path: of }) => of === number);
      assert.equal(wrongLength(heap, object, path, without(shown, taken)), undefined, `path ${number}`);
      if (path.length <= 1) break;
      const inner = path.slice(0, -1).map(({ address }) => heap.nodes.get(Number(address)));
      const own = inner.filter((n) => !isGlobal(heap, n));
      assert.deepEqual(own.filter((n) => n !== undefined && taken.includes(n)).map((n) => `${heap.name(n)} ${hex(heap.address(n))}`), [], `${hex(object[0])} ${number}`);
      taken.push(...(own.length > 0 ? own : inner));
      count++;
    }
  });
  t.diagnostic(`${count} disjoint paths to ${objects.length} objects`);
  assert.ok(objects.length > SEVERAL / 2 && count > 2 * objects.length);
}

for (const version of versions.filter((v) => major(v) >= 18))
  test(`${version}: paths around objects, and disjoint ones`, (t) => {
    const heap = openHeap(version), shown = comparable(heap), objects = sample(heap);
    const paths = many(heap.core, objects.map(([at]) => `path ${hex(at)}`));
    let other = 0;
    for (const avoided of busiest(paths)) {
      const distance = without(shown, [heap.nodes.get(avoided)]);
      const around = many(heap.core, objects.map(([at]) => `path ${hex(at)} --avoid ${hex(avoided)}`));
      const wrong = objects.map((object, i) => wrongLength(heap, object, around[i], distance)).filter((why) => why);
      assert.deepEqual(wrong.slice(0, 10), [], `around ${hex(avoided)}`);
      assert.ok(around.every((path) => path.every(({ address }) => Number(address) !== avoided)));
      other += paths.filter((path) => path.some(({ address }) => Number(address) === avoided)).length;
    }
    t.diagnostic(`${objects.length} objects, ${other} paths led around others`);
    assert.ok(objects.length > SAMPLE / 2 && other > 0);
    disjoint(t, heap, shown);
  });
