// Objects as large as they come (programs/extremes.js): the first rows, the last element and the deepest
// scope, each within a limit of private memory that none of them would fit into. Each screenful in less than
// 50 ms from the command to its rows, and the screenfuls in the middle and at the end: CPU time, the least of
// a few processes, so that others on the machine do not break it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { cores, program, rows } from './lib/harness.mjs';

const LIMIT = 64 * 1024; // KiB, ulimit -d: heap, stacks of threads, and other private memory

const SCREENFUL = 50; // ms
const PROCESSES = 3;

// tests/bench/page.c: times of the first screenful (asked for once, and again), the middle one and the last.
function screenfuls(core, commands) {
  const page = join(dirname(program), 'tests', 'bench', 'page');
  const best = commands.map(() => [Infinity, Infinity, Infinity, Infinity]);
  for (let i = 0; i < PROCESSES; i++) {
    const done = spawnSync(page, [core], { encoding: 'utf8', input: commands.join('\n') });
    assert.equal(done.status, 0, done.stderr);
    const lines = done.stdout.trimEnd().split('\n').map((line) => line.split('\t'));
    assert.deepEqual(lines.map((line) => line[5]), commands);
    lines.forEach((line, n) => { best[n] = best[n].map((ms, at) => Math.min(ms, Number(line[at]))); });
  }
  return best;
}

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
    await t.test('strings of 200 MB', () => {
      const source = '"(function huge(here) {\\\\n  here = here + 1; // one line of many'; // escaped twice: TSV
      const starts = {
        oneByte: source, twoByte: '"один два три', slicedOneByte: /^"[^"]*here = here/,
        slicedTwoByte: /^"(?=.*один два три четыре)/, externalOneByte: '"outside of the heap outside',
        externalTwoByte: '"снаружи снаружи',
      };
      for (const [name, start] of Object.entries(starts)) {
        const shown = value(`texts.${name}`);
        assert.ok(start instanceof RegExp ? start.test(shown) : shown.startsWith(start), `${name}: ${shown}`);
        const units = /TwoByte$/i.test(name) ? count.bytes / 2 : count.bytes;
        const length = Number((/ \(([\d,]+)\)$/.exec(shown) ?? assert.fail(shown))[1].replaceAll(',', ''));
        const whole = name.startsWith('sliced') ? units / 2 : units;
        assert.ok(Math.abs(length - whole) < 100, `${name}: ${length}`);
      }
      const [huge] = rows(core, ['objects', 'Texts']).map((row) => rows(core, ['inspect', `${row.address}.huge`])[0]);
      const lines = rows(core, ['source', huge.address, '--limit', '3']).map((row) => row.text);
      assert.deepEqual(lines, ['function huge(here) {', ...Array(2).fill('  here = here + 1; // one line of many')]);
    });
    await t.test('a screenful of each in less than 50 ms', () => {
      const huge = rows(core, ['inspect', at('texts.huge')])[0].address;
      const scopes = rows(core, ['inspect', at('scopes')])[0].address;
      const paths = ['packed', 'holey', 'doubles', 'dictionary', 'map', 'cons', 'scopes', 'texts.oneByte',
        'texts.twoByte', 'texts.slicedOneByte', 'texts.slicedTwoByte', 'texts.externalOneByte',
        'texts.externalTwoByte', 'texts.huge', `packed[${count.elements - 1}]`, `map[${count.entries - 1}]`];
      const commands = [`inspect ${address}`, ...paths.map((path) => `inspect ${at(path)}`),
        `inspect '${at(`dictionary["property ${count.properties - 1}"]`)}'`, `closure ${scopes}`, `source ${huge}`,
        'strings', 'objects (string)', 'objects "(concatenated string)"', 'objects Extremes', 'objects Map', 'objects Array'];
      screenfuls(core, commands).forEach((times, n) => {
        console.log(`# ${times.map((ms) => ms.toFixed(2)).join(' ')} ms: ${commands[n]}`);
        for (const ms of times)
          assert.ok(ms < SCREENFUL, `${ms} ms: ${commands[n]}`);
      });
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
