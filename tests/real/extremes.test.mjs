// Objects as large as they come (programs/extremes.js): the first rows, the last element and the deepest
// scope, each within a limit of private memory that none of them would fit into. The time of each, process
// start included, is printed and not asserted: it is the machine's.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { cores, program, rows } from './lib/harness.mjs';

const LIMIT = 64 * 1024; // KiB, ulimit -d: heap, stacks of threads, and other private memory

// Rows of the table form of `inspect`.
function inspect(core, subject, ...options) {
  const begin = process.hrtime.bigint();
  const done = spawnSync('sh', ['-c', `ulimit -d ${LIMIT}; exec "$@"`, 'sh', program, core, 'inspect', subject,
    '--tsv', ...options], { encoding: 'utf8', maxBuffer: 1 << 28 });
  console.log(`# inspect ${subject}: ${(Number(process.hrtime.bigint() - begin) / 1e6).toFixed(0)} ms`);
  assert.equal(done.status, 0, `${subject}: ${done.stderr}`);
  return done.stdout.trimEnd().split('\n').slice(1).map((line) => line.split('\t'));
}

for (const version of ['20.20.2', '26.10.0']) {
  test(version, async (t) => {
    const { truth: { count }, kernel, gcore } = cores(version, 'extremes', { flags: ['--max-old-space-size=6000'], only: 'kernel' });
    const core = kernel ?? gcore;
    if (!core) return t.skip('this machine makes no kernel cores');
    const [{ address }] = rows(core, ['objects', 'Extremes']);
    const at = (path) => `${address}.${path}`;
    const value = (path) => inspect(core, at(path))[0][1];
    await t.test('first rows of each', () => {
      for (const name of ['packed', 'holey', 'doubles', 'dictionary', 'map'])
        assert.equal(inspect(core, at(name), '--limit', '20').length, 20, name);
      assert.match(value('cons'), /^"a piece of text/);
      assert.equal(inspect(core, at('scopes'))[0][0], 'function');
    });
    await t.test('the last of each', () => {
      assert.equal(value(`packed[${count.elements - 1}]`), `${count.elements - 1}`);
      assert.equal(value(`doubles[${count.elements - 1}]`), `${count.elements - 0.5}`);
      assert.equal(value(`dictionary["property ${count.properties - 1}"]`), `${count.properties - 1}`);
      assert.equal(value(`map[${count.entries - 1}]`), `${count.entries - 1}`);
    });
    await t.test('--depth shows a hundred of each, and how many more', () => {
      const shown = inspect(core, at('circle'), '--depth', '50').map((row) => row[0]);
      assert.deepEqual(shown.map((name) => name.trim()), ['Object', 'name', 'list', '0', '1', 'length', 'self'], 'a circle');
      const names = inspect(core, address, '--depth', '2').map((row) => row[0]);
      assert.equal(names.filter((name) => / more$/.test(name)).length, 5);
      // The property "length" is a field, too.
      assert.ok(names.some((name) => name.endsWith(`… ${(count.elements + 1 - 100).toLocaleString('en')} more`)));
      assert.ok(names.length < 700, `${names.length} rows`);
    });
  });
}
