// All strings of the heap, on every version: representations and encodings of known strings, search by
// regular expressions, and duplicates with what they waste, against what the program says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dumpdive, major, rows, versions } from './lib/harness.mjs';
import { flags, valuesCore } from './lib/values.mjs';


// Representation, encoding: what V8 made of each string of programs/values/strings.js.
const known = {
  sequentialOneByte: ['sequential', 'one-byte'], sequentialTwoByte: ['sequential', 'two-byte'],
  internalized: ['internalized sequential', 'one-byte'], internalizedTwoByte: ['internalized sequential', 'two-byte'],
  cons: ['cons', 'one-byte'], consTwoByte: ['cons', 'two-byte'], deepCons: ['cons', 'one-byte'], rightCons: ['cons', 'one-byte'],
  sliced: ['sliced', 'one-byte'], slicedAgain: ['sliced', 'one-byte'], slicedOfTwoByte: ['sliced', 'two-byte'],
  slicedOfExternal: ['sliced', 'one-byte'], externalOneByte: ['external', 'one-byte'],
  externalTwoByte: ['external', 'two-byte'], consOfExternal: ['cons', 'one-byte'], long: ['cons', 'one-byte'],
};

for (const version of versions) {
  test(version, async (t) => {
    const { truth, kernel, gcore } = valuesCore(version, { flags });
    const core = kernel ?? gcore;
    const [root] = rows(core, ['objects', 'Values']);
    const said = truth.kinds.strings;
    const inspect = (name) => rows(core, ['inspect', `${root.address}.strings.${name}`])[0];

    await t.test('representations', () => {
      for (const [name, [kind, encoding]] of Object.entries(known)) {
        const { value } = said[name];
        const { address } = inspect(name);
        const [row] = rows(core, ['strings', '--filter', `address:^${address}$`]);
        assert.deepEqual([row.kind, row.encoding, row.length], [kind, encoding, said[name].length], name);
        if (value !== undefined) assert.equal(row.value, value, name);
      }
    });

    await t.test('external strings without a pointer to their characters', (u) => {
      if (!said.uncachedOneByte) return u.skip(`Node.js ${version} has no externalizeString for them`);
      for (const name of ['uncachedOneByte', 'uncachedTwoByte']) {
        const { address, value } = inspect(name);
        assert.equal(value, said[name].value, name);
        const [row] = rows(core, ['strings', '--filter', `address:^${address}$`]);
        assert.equal(row.kind, 'external', name);
      }
    });

    await t.test('search', () => {
      const found = rows(core, ['strings', '--filter', '^13 is unique here: a parent']);
      assert.ok(found.length >= 1);
      assert.ok(found.every((row) => row.value.startsWith('13 is unique here: a parent')));
      assert.equal(rows(core, ['strings', '--filter', 'no string of this process says XyZzY']).length, 0);
      // Two bytes a character, beyond the BMP, lone surrogates: found by what they are.
      assert.ok(rows(core, ['strings', '--filter', '^2 is unique here: дамп 🌊$']).length >= 1);
      assert.ok(rows(core, ['strings', '--filter', 'caf\\x{e9}$']).length >= 1);
      // Every filter has to match; "!" turns one around; smart case.
      const all = rows(core, ['strings', '--filter', 'is unique here']).length;
      const some = rows(core, ['strings', '--filter', 'is unique here', '--filter', 'cons string']).length;
      const others = rows(core, ['strings', '--filter', 'is unique here', '--filter', '!cons string']).length;
      assert.equal(some + others, all);
      assert.ok(some > 0 && others > 0);
      assert.equal(rows(core, ['strings', '--filter', 'is unique here', '--filter', 'kind:^cons$']).every((row) => row.kind === 'cons'), true);
    });

    await t.test('all of them', () => {
      const types = rows(core, ['types']).filter((row) => /string\)$/.test(row.type));
      const total = types.reduce((sum, row) => sum + row.count, 0);
      const listed = dumpdive([core, 'strings', '--tsv']).stdout.split('\n').length - 2;
      assert.equal(listed, total);
    });

    await t.test('duplicates', () => {
      const groups = rows(core, ['strings', '--duplicates']);
      assert.ok(groups.every((group) => group.count >= 2));
      const texts = said.copies.elements.items.map(([, item]) => item.value.value);
      for (const text of new Set(texts)) {
        const count = texts.filter((one) => one === text).length;
        const group = groups.find((one) => one.value === text);
        assert.equal(group?.count, count, text);
        const each = 16 + text.length + (8 - text.length % 8) % 8;
        assert.equal(group.wasted, each * (count - 1), text);
      }
      const values = groups.map((group) => group.value);
      assert.equal(new Set(values).size, values.length, 'each text once');
      assert.deepEqual(groups.map((group) => group.wasted), groups.map((group) => group.wasted).sort((a, b) => b - a));
    });
  });
}
