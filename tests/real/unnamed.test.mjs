// Every object that V8 keeps is shown by its fields, and every field has a name: in cores of all kinds of
// programs, no type is met of which words are shown by their offsets alone (unnamed.c). Exceptions are printed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { cores, program, versions } from './lib/harness.mjs';
import { flags, rareFlags, rareModules, valuesCore } from './lib/values.mjs';

const exceptions = {
  SWISS_NAME_DICTIONARY: 'bytes of control without names; builds of Node.js have an empty one and use none',
};
const programs = {
  values: (version) => valuesCore(version, { flags }),
  'values-rare': (version) => rareFlags(version).length > 0 &&
    valuesCore(version, { flags: [...flags, ...rareFlags(version)], args: rareModules, as: 'values-rare' }),
  functions: (version) => cores(version, 'functions'),
  debugged: (version) => cores(version, 'debugged', { only: 'gcore' }),
  pending: (version) => cores(version, 'pending', { only: 'gcore' }),
  snapshot: (version) => cores(version, 'snapshot'),
  workers: (version) => cores(version, 'workers'),
  'leak-server': (version) => cores(version, 'leak-server', { only: 'kernel', dies: true }),
};

for (const version of versions)
  test(version, async (t) => {
    for (const [name, make] of Object.entries(programs))
      await t.test(name, (t) => {
        const made = make(version), core = made && (made.kernel ?? made.gcore);
        if (!core)
          return t.skip(made ? 'this machine makes no kernel cores' : 'this version hides none of its kinds');
        const done = spawnSync(join(dirname(program), 'tests', 'real', 'unnamed'), [core], { encoding: 'utf8' });
        assert.equal(done.status, 0, done.stderr);
        const lines = done.stdout.split('\n').filter((line) => line), types = lines.map((line) => line.split('\t')[0]);
        for (const type of types)
          if (exceptions[type])
            console.log(`# ${type}: ${exceptions[type]}`);
        assert.deepEqual(lines.filter((line, n) => !exceptions[types[n]]), []);
      });
  });
