// Segments, spaces and the type table on every version, from both kinds of core, with and without the
// executable, against what the process said of itself just before.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cores, dumpdive, major, openings, rows, versions } from './lib/harness.mjs';
import { checkCounts, checkShapes, checkUsed } from './lib/heap-checks.mjs';

function checkInfo(version, truth, core, options, kind) {
  const [info] = rows(core, ['info', ...options]);
  assert.equal(info.node, version);
  assert.equal(info.v8, truth.v8);
  assert.equal(info.arch, 'x86_64');
  assert.equal(info.pid, truth.pid);
  assert.equal(info.argv[0], truth.execPath);
  assert.equal(info.signal, kind === 'kernel' ? 'SIGABRT' : null);
  assert.equal(info.isolates, 1);
  assert.equal(info.unwalked_bytes, 0);
  assert.deepEqual(info.warnings, []);
  // gcore saves the executable's symbols with its first mapping, the kernel does not.
  assert.equal(info.metadata, options.includes('--no-exe') && kind === 'kernel' ? 'tables' : 'both');
}

for (const version of versions) {
  for (const kind of ['gcore', 'kernel']) {
    for (const [how, options] of openings) {
      test(`${version} ${kind} ${how}`, async (t) => {
        const made = cores(version, 'classes');
        const core = made[kind];
        if (!core)
          return t.skip(`this machine makes no ${kind} cores`);
        await t.test('info', () => checkInfo(version, made.truth, core, options, kind));
        await t.test('used bytes per space', () => checkUsed(made.truth, core, options));
        await t.test('counts of classes', () => checkCounts(made.truth, core, options));
        await t.test('shapes', () => checkShapes(made.truth, core, options));
      });
    }
  }

  // V8 12 and later keep bytecode in spaces of its own, where it is large, too.
  if (major(version) >= 22)
    test(`${version} bytecode larger than a page`, (t) => {
      const made = cores(version, 'large-bytecode', { only: 'kernel' });
      if (!made.kernel)
        return t.skip('this machine makes no kernel cores');
      checkUsed(made.truth, made.kernel, []);
    });

  test(`${version} three workers are four isolates`, (t) => {
    const made = cores(version, 'workers');
    const core = made.kernel ?? made.gcore;
    const [info] = rows(core, ['info']);
    assert.equal(info.isolates, 4);
    assert.equal(info.unwalked_bytes, 0);
    // Each isolate's own classes are found in it alone.
    const wanted = made.truth.isolates.map((isolate) => JSON.stringify(isolate.counts)).sort();
    const found = made.truth.isolates.map((_, number) => {
      const types = new Map(rows(core, ['types', '--isolate', String(number)])
        .map((row) => [row.type, row.count]));
      const match = made.truth.isolates.find((isolate) =>
        Object.entries(isolate.counts).every(([name, count]) => (types.get(name) ?? 0) === count));
      return match && JSON.stringify(match.counts);
    });
    assert.deepEqual(found.sort(), wanted);
  });
}

test('TSV and tables say the same as JSON', () => {
  const { kernel, gcore } = cores('22.23.3', 'classes');
  const core = kernel ?? gcore;
  const json = rows(core, ['types', '--limit', '20']);
  const tsv = dumpdive([core, 'types', '--limit', '20', '--tsv']).stdout.trimEnd().split('\n')
    .map((line) => line.split('\t'));
  assert.deepEqual(tsv[0], Object.keys(json[0]));
  json.forEach((row, i) => assert.equal(tsv[i + 1][1], String(row.count)));
});
