// The graph of a web application against V8's own heap snapshot of the same process: every object of the program,
// none left out (objects, functions, regular expressions; programs/webapp.js writes the snapshot).
//
//   references   every property and element of the snapshot, and no other, by name and target
//   distances    DevTools'
//   retained     DevTools'
//   of types     what all objects of a type of the program retain together: DevTools' adding up
//   of closures  the same for all closures of a function and of a script
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
// Distances and retained sizes are those that can be compared (lib/webapp-heap.mjs): all of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_DISTANCE } from './lib/devtools.mjs';
import { major, many, versions } from './lib/harness.mjs';
import { comparable, isCpp, ofPage, openHeap } from './lib/webapp-heap.mjs';

const NAME = 180;

const plain = (name) => String(name).replace(/^(?:[gs]et )?(<symbol.*>|Symbol\(.*\))$/s, '<symbol>')
  .replaceAll('\\0', ' ').slice(0, NAME);

// --- references --------------------------------------------------------------------------------------------------

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
function learn(heap, shown) {
  heap.cpp = new Set();
  heap.proxies = new Set();
  heap.frozen = new Set();
  heap.program.forEach(([, n], i) => {
    const theirs = theirEdges(heap, shown, n), held = new Map();
    for (const { to, edge } of heap.outs[i]) held.set(heap.nodes.get(Number(to)), edge);
    if (/^global/.test(heap.name(n)) && theirs.size === 0) heap.proxies.add(n);
    if (![...theirs.keys()].some((text) => text.startsWith('['))) heap.frozen.add(n);
    // The same reference under the name of a field in C++.
    for (const [text, to] of theirs)
      if (text.startsWith(`${heap.name(n)} `) || heap.name(to) === text.replace(/ \d+$/, '') ||
          (held.get(to) !== undefined && /^Symbol\(/.test(held.get(to)))) heap.cpp.add(`${n} ${to}`);
  });
}

function compareEdges(version, heap, shown) {
  const causes = new Map(), unexplained = [];
  let total = 0;
  heap.program.forEach(([address, n], i) => {
    const theirs = theirEdges(heap, shown, n), ours = ourEdges(heap, heap.outs[i]);
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

// What objects of a type retain together: an object that another one of its type dominates is in what that retains.
// Types that V8's own objects are of as well are left out: not all of these are in the snapshot. Of what only other roots
// than a global object hold our own size counts: in the snapshot there are more of those.
function compareTypes(heap, shown) {
  const [types] = many(heap.core, ['types --retained']), program = new Map(heap.program);
  const typeOf = new Map([...heap.nodes].map(([at, n]) => [n, heap.ours.get(at).type])), retained = new Map();
  const unreachable = new Map(), foreign = new Set();
  for (const [at, { type, distance }] of heap.ours) {
    const n = program.get(at);
    if (distance === null && !heap.shared(at)) unreachable.set(type, (unreachable.get(type) ?? 0) + 1);
    if (n === undefined || distance === null) foreign.add(type);
    if (n === undefined) continue;
    let above = shown.dominator[n];
    while (above !== 0 && typeOf.get(above) !== type) above = shown.dominator[above];
    const size = ofPage(distance) ? shown.retained[n] : heap.ours.get(at).retained;
    if (above === 0) retained.set(type, (retained.get(type) ?? 0) + size);
  }
  const own = types.filter(({ type }) => !foreign.has(type));
  return {
    types: own.length,
    wrong: [...own.filter(({ type, retained: ours }) => ours !== retained.get(type))
      .map(({ type, retained: ours }) => `${type}: ${ours}, V8 says ${retained.get(type)}`),
    ...types.filter((row) => row.unreachable !== (unreachable.get(row.type) ?? 0))
      .map(({ type, unreachable: ours }) => `${type}: ${ours} unreachable, not ${unreachable.get(type)}`)],
  };
}

// What the closures of each function and script retain together, functions told by their definition in the snapshot.
function compareClosures(heap, shown) {
  const [functions, scripts] = many(heap.core, ['functions --retained --columns definition,closures,retained',
    'scripts --retained --columns address,retained']);
  const edge = (n, wanted) => {
    for (let e = heap.snapshot.firstEdge[n]; n !== undefined && e < heap.snapshot.firstEdge[n + 1]; e++)
      if (shown.edge(e).name === wanted && shown.edge(e).type === 'internal') return shown.edge(e).to;
  };
  const ofFunction = new Map(), ofScript = new Map(), closures = [];
  for (const [at, n] of heap.program) {
    const shared = heap.type(n) === 'closure' ? edge(n, 'shared') : undefined;
    if (shared === undefined) continue;
    ofFunction.set(n, shared);
    ofScript.set(n, edge(shared, 'script_or_debug_info') ?? edge(shared, 'script'));
    closures.push({ n, distance: heap.ours.get(at).distance, own: heap.ours.get(at).retained });
  }
  const sums = (groups) => {
    const sum = new Map(), count = new Map();
    for (const { n, distance, own } of closures) {
      const group = groups.get(n);
      let above = shown.dominator[n];
      while (above !== 0 && groups.get(above) !== group) above = shown.dominator[above];
      count.set(group, (count.get(group) ?? 0) + 1);
      if (above === 0) sum.set(group, (sum.get(group) ?? 0) + (ofPage(distance) ? shown.retained[n] : own));
    }
    return { sum, count };
  };
  const byFunction = sums(ofFunction), byScript = sums(ofScript), node = (address) => heap.nodes.get(Number(address));
  const whole = functions.filter(({ definition, closures: all }) => byFunction.count.get(node(definition)) === all);
  return {
    whole: whole.length, functions: functions.length, scripts: scripts.length,
    wrong: [...whole.filter(({ definition, retained }) => byFunction.sum.get(node(definition)) !== retained)
      .map(({ definition, retained }) => `function ${definition}: ${retained}, V8 says ${byFunction.sum.get(node(definition))}`),
    ...scripts.filter(({ address, retained }) => (byScript.sum.get(node(address)) ?? 0) !== retained)
      .map(({ address, retained }) => `script ${address}: ${retained}, V8 says ${byScript.sum.get(node(address))}`)],
  };
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
    const heap = openHeap(version), shown = comparable(heap);
    learn(heap, shown);
    const { causes, unexplained, total } = compareEdges(version, heap, shown);
    t.diagnostic(`${heap.program.length} objects, ${total} references; ${[...causes].map(([why, n]) => `${n} ${why}`).join(', ')}`);
    assert.deepEqual(unexplained.slice(0, 20), []);
    assert.ok(heap.program.length > 20000 && total > 3 * heap.program.length);
    assert.deepEqual(compareDistances(heap, shown).slice(0, 20), []);
    assert.deepEqual(garbage(heap, shown).slice(0, 20), []);
    assert.equal(shown.unnamed.length > 0, major(version) === 18);
    const { wrong, equal } = compareRetained(heap, shown);
    assert.deepEqual(wrong.slice(0, 20), []);
    const together = compareTypes(heap, shown);
    assert.deepEqual(together.wrong.slice(0, 20), []);
    const closures = compareClosures(heap, shown);
    assert.deepEqual(closures.wrong.slice(0, 20), []);
    t.diagnostic(`closures of ${closures.whole} of ${closures.functions} functions and of ${closures.scripts} scripts`);
    assert.ok(closures.whole > 5000 && closures.scripts > 250);
    t.diagnostic(`${equal} retained sizes, of ${together.types} types`);
    assert.ok(equal > 20000 && together.types > 100);
  });
