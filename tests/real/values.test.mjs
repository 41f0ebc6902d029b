// Every kind of value on every version: the program says what each object is (programs/values.js), dumpdive
// inspects it in the core, and every value, name, order and count has to agree.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, depthOf } from './lib/compare.mjs';
import { cores, rows, versions } from './lib/harness.mjs';

const flags = ['--expose-externalize-string'];
const only = process.env.VALUES_ONLY; // "arrays" or "arrays.packedSmi"

for (const version of versions) {
  test(`${version}`, async (t) => {
    const { truth, kernel, gcore } = cores(version, 'values', { flags });
    const core = kernel ?? gcore;
    const [{ address }] = rows(core, ['objects', 'Values']);
    for (const [kind, objects] of Object.entries(truth.kinds)) {
      await t.test(kind, async (u) => {
        for (const [name, said] of Object.entries(objects)) {
          if (only && only !== kind && only !== `${kind}.${name}`) continue;
          await u.test(name, () => {
            const depth = Math.max(1, depthOf(said));
            const [got] = rows(core, ['inspect', `${address}.${kind}.${name}`, '--depth', depth]);
            check(said, got, name);
          });
        }
      });
    }
  });
}
