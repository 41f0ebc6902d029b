// Builds that no table was made for exactly: stripped ones, a V8 between the lines, and what this machine's
// distribution made of Node.js (Debian's is position-independent, with V8 in a shared library). Exact figures
// all the same, with and without the executable; what is inferred or not known is said.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { test } from 'node:test';
import { cores, foreign, openings, rows } from './lib/harness.mjs';
import { checkCounts, checkShapes, checkUsed } from './lib/heap-checks.mjs';

function distribution() {
  const found = spawnSync('sh', ['-c', 'command -v nodejs || command -v node'], { encoding: 'utf8' });
  return found.status === 0 ? realpathSync(found.stdout.trim()) : undefined;
}

// Kinds of cores are shared out, so that each is opened for some build and the test stays short.
const builds = [
  { name: '12.22.12-stripped', kinds: ['kernel'] },
  { name: '18.20.8-stripped', kinds: ['gcore'] },
  { name: '24.21.0-stripped', kinds: ['kernel'] },
  { name: `${foreign}-stripped`, kinds: ['kernel'], inferred: true },
  { name: foreign, kinds: ['gcore', 'kernel'], inferred: true },
  // 7.9 keeps the hash of a name elsewhere than its neighbours; 8.6 counts an allocation area as used.
  { name: '13.14.0', kinds: ['kernel'], inferred: true },
  { name: '15.14.0', kinds: ['kernel'], inferred: true },
  { name: distribution(), as: 'distribution', kinds: ['gcore', 'kernel'] },
];

for (const { name, as = name, kinds, inferred } of builds) {
  for (const kind of kinds) {
    for (const [how, options] of openings) {
      test(`${as} ${kind} ${how}`, async (t) => {
        if (name === undefined)
          return t.skip('this machine has no node of its own');
        const made = cores(name, 'classes', { only: kinds.length === 1 ? kind : undefined, build: as });
        const core = made[kind];
        if (!core)
          return t.skip(`this machine makes no ${kind} cores`);
        t.diagnostic(`${made.truth.execPath}: ${made.truth.node}, V8 ${made.truth.v8}`);
        await t.test('info', () => {
          const [info] = rows(core, ['info', ...options]);
          assert.equal(`v${info.node}`, made.truth.node);
          assert.equal(info.v8, made.truth.v8);
          assert.equal(info.isolates, 1);
          assert.equal(info.unwalked_bytes, 0);
          if (inferred !== undefined)
            assert.equal(info.warnings.some((text) => /no table was made for V8 .* inferred/.test(text)), inferred);
        });
        await t.test('used bytes per space', () => checkUsed(made.truth, core, options));
        await t.test('counts of classes', () => checkCounts(made.truth, core, options));
        await t.test('shapes', () => checkShapes(made.truth, core, options));
      });
    }
  }
}
