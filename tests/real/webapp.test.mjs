// A web application under load, opened as a new user would: 200 of its objects, and one of every kind
// that Node.js offers; none may show what util.inspect in the same process contradicts (programs/webapp.js).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from './lib/compare.mjs';
import { eachRow, major, rows, versions } from './lib/harness.mjs';
import { webappCores } from './lib/webapp.mjs';

// What util.inspect writes in front of an object: { callable, name, tag, size }; nothing when it is no more
// than "[Function]", which it says of classes as well.
function titleOf(text) {
  const plain = text.replace(/^<ref \*\d+> /, '');
  const callable = /^\[(class|[A-Za-z]*Function)(?: \(([^)]*)\)|:? ?([^\]]*))?\]/.exec(plain);
  if (callable) return plain === '[Function]' ? {} : { callable: callable[1], name: callable[3]?.replace(/ extends .*/, '') };
  const named = /^\[?([\w$.]+)(?: <[^>]*>)?(?:\((\d+)\))?(?: \[([^\]]*)\])?(?: \{| \[|\])/.exec(plain);
  return named ? { name: named[1].split('.').pop(), size: named[2] && Number(named[2]), tag: named[3] } : {};
}

// util.inspect names an object by the nearest "constructor" that it is an instance of. V8 names it by what made
// it, which says more of prototypes ("File" is "Blob [File]") and of what has no class ("Object"), and that by the
// name in its definition.
function isNamed(title, got, renamed) {
  const ours = [got.type, /^[\w$]*/.exec(got.value)[0]];
  return [undefined, 'Object', 'Function', ...ours].includes(title.name) || ours.includes(title.tag) ||
    renamed.some(([name, defined]) => name === title.name && ours.includes(defined));
}

function checkTitle(said, got, path, renamed) {
  const title = titleOf(said);
  if (title.callable) {
    assert.equal(got.type, 'function', `${path}: ${said}`);
    // V8's initializer of a class's fields, which no program can reach, has the text of the class.
    const initializer = /^<\w+_initializer>$/.test(title.name);
    if (title.callable === 'class' && !initializer) assert.match(got.value, /class/, `${path}: ${said}`);
    else assert.doesNotMatch(got.value, /^class/, `${path}: ${said}`);
    if (title.name) assert.ok(got.value.includes(title.name), `${path}: ${said}, here ${got.value}`);
    return;
  }
  if (title.name) assert.notEqual(got.type, 'function', `${path}: ${said}`);
  if (title.size !== undefined)
    assert.ok(got.value.replaceAll(',', '').includes(`(${title.size})`), `${path}: ${said}, here ${got.value}`);
  assert.ok(isNamed(title, got, renamed), `${path}: ${said}, here ${got.type} ${got.value}`);
}

function checkPicked(said, got, renamed) {
  if (said.proxy) {
    assert.equal(got.type, 'Proxy');
    const target = got.fields.find((f) => f.name === '[[Target]]');
    assert.equal(target.type === 'function', said.callable, 'Proxy: of a function');
    return;
  }
  check(said.is, got, said.kind, { seen: new Map(), native: true });
  // Of the prototype of errors util.inspect says what its toString() says.
  if (said.kind !== 'prototype' || !said.inspect.startsWith('[')) checkTitle(said.inspect, got, said.kind, renamed);
  const state = /^Promise \{ (?:<(pending|rejected)>|())/.exec(said.inspect);
  if (state)
    assert.equal(got.fields.find((f) => f.name === '[[PromiseState]]').value, state[1] ?? 'fulfilled');
  const ofErrors = (field) => field.name === 'prototype' && /^\[\w*Error\]$/.test(said.nested[field.name]);
  for (const field of got.fields ?? [])
    if (Object.hasOwn(said.nested, field.name) && field.kind !== 'accessor' && !ofErrors(field))
      checkTitle(said.nested[field.name], field, `${said.kind}.${field.name}`, renamed);
}

for (const version of versions.filter((v) => major(v) >= 18)) {
  for (const application of ['express', 'fastify']) {
    test(`${version} ${application}`, async (t) => {
      const { truth, core } = webappCores(version, application);
      const [{ address }] = rows(core, ['objects', 'Picked']);
      assert.equal(truth.picked.length - truth.known, 200);
      const [known, kinds] = application === 'fastify' ? [100, 150] : [0, 40]; // webapp.js says why
      assert.ok(truth.known >= known && truth.kinds > kinds, `${truth.known} known, ${truth.kinds} kinds`);
      const shown = eachRow(core, truth.picked.map((said, index) => ['inspect', `${address}.list[${index}]`]));
      for (const [index, said] of truth.picked.entries())
        await t.test(`${index} ${said.kind}`, () => checkPicked(said, shown[index], truth.renamed));
    });
  }
}
