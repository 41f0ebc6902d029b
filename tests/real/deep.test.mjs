// Deep and dense structures (programs/deep.js), small here; by hand with the sizes at the head of the
// program. What each retains and how far its last object is follows from its shape.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { cores, rows } from './lib/harness.mjs';

for (const version of ['24.21.0']) {
  test(version, async (t) => {
    const { truth: { sizes, counts }, kernel, gcore } = cores(version, 'deep', { only: 'kernel' });
    const core = kernel ?? gcore;
    if (!core) return t.skip('this machine makes no kernel cores');
    // The first run saves an index, all others use it.
    const index = join(mkdtempSync(join(tmpdir(), 'dumpdive-')), 'index');
    t.after(() => rmSync(dirname(index), { recursive: true }));
    const run = (...args) => rows(core, [...args, `--index=${index}`]);
    const [{ address: deep }] = run('objects', 'Deep');
    assert.equal(statSync(index).mode & 0o777, 0o600);
    const saved = statSync(index).mtimeMs;
    const look = (address) => run('inspect', address, '--depth', '0', '--retained')[0];
    const at = (kind) => look(`${deep}.${kind}`);
    // The object of a class that retains least: the far end of a chain.
    const last = (type) => look(run('objects', type, '--retained', '--sort', 'retained', '--reverse', '--limit', '1')[0].address);

    const below = (address, type) => run('dominators', address).filter((row) => row.type === type);

    await t.test('counts', () => {
      const types = new Map(run('types').map((row) => [row.type, row.count]));
      for (const [type, count] of Object.entries(counts)) assert.equal(types.get(type), count, type);
    });
    for (const [kind, type] of [['list', 'Link'], ['doubly', 'Double']])
      await t.test(kind, () => {
        const head = at(kind), tail = last(type);
        // Their shape is held by the first one, too: all there is below the second is the chain.
        const [second, ...more] = below(head.address, type);
        assert.equal(second.retained, (sizes[kind] - 1) * head.shallow);
        assert.equal(more.length, 0);
        assert.equal(tail.retained, tail.shallow);
        assert.equal(tail.distance, head.distance + sizes[kind] - 1);
        const path = (address, ...options) => run('path', address, ...options);
        const whole = path(tail.address), before = path(head.address).length;
        assert.equal(whole.length, before + sizes[kind] - 1);
        assert.ok(whole.slice(before).every((row) => row.type === type && row.edge === 'next'));
        assert.deepEqual(path(tail.address, '--limit', '3'), whole.slice(0, 3));
        // All that lead to it lead over the second one.
        assert.deepEqual(path(tail.address, '--all', '3').slice(-10), whole.slice(-10));
        assert.deepEqual(path(tail.address, '--avoid', second.address), []);
      });
    await t.test('tree', () => {
      const top = at('tree'), leaf = last('Tree');
      assert.deepEqual(below(top.address, 'Tree').map((row) => row.retained),
        Array(2).fill((counts.Tree - 1) / 2 * top.shallow));
      assert.equal(leaf.distance, top.distance + sizes.tree - 1);
    });
    await t.test('complete: every array is one step from the first, which alone holds them', () => {
      const first = at('complete');
      const children = below(first.address, 'Array');
      assert.equal(children.length, sizes.complete - 1);
      assert.ok(first.retained > sizes.complete * sizes.complete * 8);
      assert.equal(look(children[0].address).distance, first.distance + 1);
      assert.equal(run('refs', first.address).filter((row) => row.type === 'Array').length, sizes.complete);
    });
    await t.test('bipartite: what all arrays hold, only the array of arrays does', () => {
      const outer = at('bipartite'), right = last('Right');
      assert.equal(right.distance, outer.distance + 2);
      assert.equal(run('refs', right.address).filter((row) => row.type === 'Array').length, sizes.bipartite);
      assert.equal(below(outer.address, 'Right').length, sizes.bipartite);
      // Arrays and not what they keep their elements in; the second path would need another outer array.
      const path = run('path', right.address, '--all', '2');
      assert.ok(path.every((row) => row.path === 1));
      assert.deepEqual(path.slice(-2).map(({ type, edge }) => [type, /^\[\d+\]$/.test(edge)]), [['Array', true], ['Right', true]]);
    });
    await t.test('cons', () => {
      const { value, retained } = look(`${deep}.cons.text`);
      assert.ok(value.startsWith('the beginningand a next part') && value.endsWith('part'));
      assert.equal(value.length, 13 + 15 * (sizes.cons - 1));
      assert.ok(retained >= 32 * (sizes.cons - 1), `${retained}`);
    });
    await t.test('prototypes', () => assert.ok(at('prototypes').retained > 24 * sizes.prototypes));
    await t.test('closures', () => {
      const [row] = run('functions', '--filter', 'function:^follower$');
      assert.equal(row.closures, sizes.closures);
      const end = at('closures');
      assert.ok(end.retained >= sizes.closures * end.shallow);
    });
    await t.test('scopes', () => {
      const levels = new Set(run('closure', `${at('scopes').address}`).map((row) => row.scope));
      assert.ok(levels.size >= sizes.scopes, `${levels.size}`);
    });
    await t.test('leaks and everything by type end', () => {
      assert.ok(run('leaks').length > 0);
      assert.ok(run('types', '--retained').every((row) => row.retained !== null));
      assert.equal(statSync(index).mtimeMs, saved, 'the one index was used all the time');
    });
  });
}
