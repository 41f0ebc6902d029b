// Paths agree with distances: of a web application, objects of every type that have a distance, and some more
// of V8's own kinds, which are reached in the oddest ways.
//
// A path begins at a root, ends at the object, every reference on it has a name, and it has as many objects as
// the distance says. Distances count from a global object (1), or else from what other roots hold, which is two
// synthetic nodes below the root in DevTools: SYSTEM_DISTANCE + 3.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SYSTEM_DISTANCE } from './lib/devtools.mjs';
import { many, versions } from './lib/harness.mjs';
import { webappCores } from './lib/webapp.mjs';

const LOOK = 20; // objects of a type: those without a distance are garbage
const KINDS = ['(compiled code)', '(string)', '(array)', '(system)', '(object shape)', '(closure)'], EACH = 60, OF = 1200;

const quoted = (text) => `'${text.replaceAll("'", `'"'"'`)}'`;

function objectsOf(core) {
  const [types, readOnly] = many(core, ['types', 'segments --filter kind:v8:read-only']);
  const shared = (at) => readOnly.some(({ start, end }) => Number(start) <= at && at < Number(end));
  const lists = many(core, [...types.map(({ type }) => `objects ${quoted(type)} --retained --limit ${LOOK}`),
    ...KINDS.map((type) => `objects ${quoted(type)} --retained --limit ${OF}`)]);
  // Nobody knows who refers to objects of the read-only space: they have no paths, and the program says so.
  const found = lists.map((list) => list.filter(({ address, distance }) => distance !== null && !shared(Number(address))));
  const [some, more] = [found.slice(0, types.length), found.slice(types.length)];
  return {
    objects: [...some.flatMap((list) => list.slice(0, 1)),
      ...more.flatMap((list) => list.filter((_, i) => i % Math.ceil(list.length / EACH) === 0))],
    types: some.filter((list) => list.length > 0).length,
  };
}

for (const version of versions.filter((v) => ['22.23.3', '26.10.0'].includes(v)))
  test(`${version}: paths as long as distances`, (t) => {
    const { core } = webappCores(version, 'express'), { objects, types } = objectsOf(core);
    const paths = many(core, objects.map(({ address }) => `path ${address}`));
    for (const [i, { address, type, distance }] of objects.entries()) {
      const path = paths[i], what = `${type} ${address}, distance ${distance}`;
      assert.notEqual(path.length, 0, `no path to ${what}`);
      assert.ok(path[0].root, what);
      assert.equal(path.at(-1).address, address, what);
      assert.equal(path.length, distance < SYSTEM_DISTANCE ? distance : distance - SYSTEM_DISTANCE - 2, what);
      assert.deepEqual(path.slice(1).filter(({ edge }) => !edge), [], what);
    }
    assert.ok(types > 150, `${types} types with a distance`);
    t.diagnostic(`${objects.length} objects, ${types} types`);
  });
