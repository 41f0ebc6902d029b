// Leak suspects, the dominator tree and retained sizes on cores whose truth is known.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { cores, root, rows, versions } from './lib/harness.mjs';

// The founding case: the array of requests comes first, with the variable that holds it.
function checkFirst(core, options, requests) {
  const [first] = rows(core, ['leaks', ...options]);
  assert.equal(first.rank, 1);
  assert.equal(first.type, 'Array');
  assert.match(first.holder, /^variable `sigs` of signHandler \((leak-)?server\.js:\d+\)$/);
  assert.ok(first.reason.endsWith(`Array(${requests.toLocaleString('en')}), all SignedRequest`), first.reason);
  assert.match(first.path, / → sigs$/);
  return first;
}

// What an object retains is itself, and what it dominates with all that this retains.
function checkTree(core, options, address) {
  const [subject] = rows(core, ['inspect', address, '--depth', '0', '--retained', ...options]);
  const children = rows(core, ['dominators', address, '--stores', ...options]);
  const sum = children.reduce((total, row) => total + row.retained, subject.shallow);
  assert.equal(subject.retained, sum);
  for (let i = 1; i < children.length; i++)
    assert.ok(children[i - 1].retained >= children[i].retained, 'largest first');
  // Elements are the array's own: without their store, they are what it holds, and so is their shape, which
  // nothing else refers to.
  const elements = rows(core, ['dominators', address, '--limit', '4', ...options]);
  assert.deepEqual(elements.map((row) => row.type), ['(object shape)', ...Array(3).fill('SignedRequest')]);
}

function checkTypes(core, options, requests) {
  const types = new Map(rows(core, ['types', '--retained', ...options]).map((row) => [row.type, row]));
  const signed = types.get('SignedRequest');
  assert.equal(signed.count, requests);
  assert.ok(signed.retained >= signed.shallow);
  // Every request retains itself and at most the number of its time stamp.
  assert.ok(signed.retained <= signed.shallow + 16 * requests, `${signed.retained}`);
}

test('sample core: sigs first', () => {
  const core = join(root, 'tests', 'sample', 'sample.core.zst');
  const first = checkFirst(core, [], 12000);
  checkTree(core, [], first.address);
  checkTypes(core, [], 12000);
});

for (const version of versions) {
  test(`${version}: sigs first among the suspects of the founding case`, (t) => {
    const made = cores(version, 'leak-server', { only: 'kernel', dies: true });
    if (!made.kernel)
      return t.skip('this machine makes no kernel cores');
    const requests = made.truth.counts.SignedRequest;
    const first = checkFirst(made.kernel, [], requests);
    assert.ok(first.share > 0.5 && first.retained > requests * 40, JSON.stringify(first));
    checkTypes(made.kernel, [], requests);
  });
}
