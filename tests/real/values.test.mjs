// Every kind of value on every version: the program says what each object is (programs/values.js), dumpdive
// inspects it in the core, and every value, name, order and count has to agree. Kinds that a version offers
// only by a flag are in a core of their own. What a version does not have, the program says why, and the test
// prints it; a kind that is neither there nor said to lack is an error.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, depthOf } from './lib/compare.mjs';
import { eachRow, rows, versions } from './lib/harness.mjs';
import { flags, rareFlags, rareModules, valuesCore } from './lib/values.mjs';

const only = process.env.VALUES_ONLY; // "arrays" or "arrays.packedSmi"
const known = new Set(), missing = [];

// All of them but those of `done`.
async function checkAll(t, { truth, kernel, gcore }, done = new Set()) {
  const core = kernel ?? gcore;
  const [{ address }] = rows(core, ['objects', 'Values']);
  for (const [kind, objects] of Object.entries(truth.kinds)) {
    const wanted = Object.entries(objects).filter(([name]) => !done.has(`${kind}.${name}`) &&
      (!only || only === kind || only === `${kind}.${name}`));
    for (const name of Object.keys(objects)) known.add(`${kind}.${name}`);
    await t.test(kind, async (u) => {
      const found = eachRow(core, wanted.map(([name, said]) =>
        ['inspect', `${address}.${kind}.${name}`, '--depth', Math.max(1, depthOf(said))]));
      for (const [n, [name, said]] of wanted.entries())
        await u.test(name, () => check(said, found[n], name));
    });
  }
  return truth.lacks;
}

for (const version of versions) {
  test(`${version}`, async (t) => {
    const there = new Set();
    const add = ({ truth }) => {
      for (const [kind, objects] of Object.entries(truth.kinds))
        for (const name of Object.keys(objects)) there.add(`${kind}.${name}`);
    };
    const usual = valuesCore(version, { flags });
    let lacks = await checkAll(t, usual);
    add(usual);
    const more = rareFlags(version);
    if (more.length) {
      const rare = valuesCore(version, { flags: [...flags, ...more], args: rareModules, as: 'values-rare' });
      await t.test(`with ${more.join(' ')}`, async (u) => {
        const still = await checkAll(u, rare, there);
        lacks = Object.fromEntries(Object.entries(lacks)
          .filter(([name]) => name in still || !rareModules.includes(name.split('.')[0])));
      });
      add(rare);
    }
    for (const [name, why] of Object.entries(lacks)) console.log(`# ${version} has no ${name}: ${why}`);
    missing.push({ version, there, lacks });
  });
}

test('what a version does not have it says', () => {
  for (const { version, there, lacks } of missing)
    for (const name of known)
      assert.ok(there.has(name) || name in lacks, `${version} has no ${name}, and does not say why`);
});
