// Used bytes per space, counts of classes and shapes of a core against what its process said of itself
// (programs/lib/bed.js, programs/lib/kinds.js). The checks throw at the first difference.
import assert from 'node:assert/strict';
import { major, rows } from './harness.mjs';

// v8.getHeapSpaceStatistics() and our names of spaces.
const spaceName = (name) => name.replaceAll('_', '-');

// What a reading of the statistics allocates itself is the bound of what can have been allocated between
// the last reading and the core: the same warm code runs once more, and then the program waits.
export function checkUsed(truth, core, options) {
  const spaces = rows(core, ['spaces', ...options]);
  const last = truth.spaces[truth.spaces.length - 1], before = truth.spaces[truth.spaces.length - 2];
  for (const space of last) {
    const name = spaceName(space.space_name);
    if (name === 'read-only-space' && major(truth.node.slice(1)) >= 18)
      continue; // shared by all isolates: V8 says 0 for it
    const ours = spaces.find((row) => row.space === name);
    const used = ours ? ours.used : 0;
    const allocated = Math.abs(space.space_used_size -
      before.find((other) => other.space_name === space.space_name).space_used_size);
    const off = used - space.space_used_size;
    // New space grows by what one reading allocates; all others must be equal to the byte.
    const bound = name === 'new-space' ? Math.max(allocated, 8192) : allocated;
    assert.ok(Math.abs(off) <= bound, `${name}: ${used}, V8 says ${space.space_used_size}, bound ${bound}`);
  }
}

export function checkCounts(truth, core, options) {
  const types = new Map(rows(core, ['types', ...options]).map((row) => [row.type, row]));
  for (const [name, count] of Object.entries(truth.devtools))
    assert.equal(types.get(name)?.count ?? 0, count, name);
}

export function checkShapes(truth, core, options) {
  const shapes = rows(core, ['types', '--by', 'shape', ...options]);
  for (const { count, properties } of truth.shapes) {
    const found = shapes.filter((row) => row.properties.join() === properties.join());
    // An object literal that runs more than once has a boilerplate, which V8 copies: one object more, kept
    // by an AllocationSite (src/runtime/runtime-literals.cc).
    const boilerplates = properties[0] === 'shapeThreeA' ? 0 : 1; // begins empty, grows
    assert.equal(found.reduce((sum, row) => sum + row.count, 0), count + boilerplates, properties.join());
  }
}
