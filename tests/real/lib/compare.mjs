// Compares what `dumpdive inspect --json` shows of an object with what the program said of it
// (programs/lib/describe.js). check() throws at the first difference, with the path to it.
import assert from 'node:assert/strict';

// How many levels of fields a description speaks of.
export function depthOf(said) {
  if (!said || typeof said !== 'object') return 0;
  let deepest = 0;
  const into = (list) => { for (const x of list) deepest = Math.max(deepest, depthOf(x)); };
  for (const [, d] of said.props ?? []) into([d.value]);
  for (const [, d] of said.elements?.items ?? []) into([d.value]);
  for (const list of [said.entries, said.iterates, said.weakEntries, said.cells, said.disposables]) into((list ?? []).flat());
  for (const [, d] of said.private ?? []) into([d]);
  for (const [, d] of said.slots ?? []) into([d]);
  into([said.target]);
  if (said.awaitedBy) deepest = Math.max(deepest, 2 * said.awaitedBy.length);
  return said.type === 'object' || said.type === 'function' ? deepest + 1 : deepest;
}

const fieldsOf = (got, ...kinds) => (got.fields ?? []).filter((f) => kinds.includes(f.kind));
const slot = (got, name) => got.fields?.find((f) => f.name === name);

function checkPrimitive(said, got, path) {
  assert.equal(got.type, said.type, `${path}: type`);
  if (said.start !== undefined) {
    assert.equal(got.length, said.length, `${path}: length`);
    assert.equal(got.value.slice(0, said.start.length), said.start, `${path}: start`);
    if (!got.cut) assert.equal(got.value.slice(-said.end.length), said.end, `${path}: end`);
    return;
  }
  assert.equal(got.value, said.value, path);
  if (said.length !== undefined) assert.equal(got.length, said.length, `${path}: length`);
}

function checkProperty(said, got, path, context) {
  assert.equal(got.enumerable ?? true, said.enumerable ?? true, `${path}: enumerable`);
  if (said.get || said.set) {
    assert.equal(got.kind, 'accessor', `${path}: kind`);
    assert.match(got.value, said.get && said.set ? /Getter\/Setter/ : said.get ? /\[Getter\]/ : /\[Setter\]/, path);
    return;
  }
  // The iterator of arguments is computed by V8 itself, from a slot of the native context without a name.
  if (got.value === '[native accessor]' && path.endsWith('.Symbol(Symbol.iterator)')) return;
  // Of the call that runs, if any.
  if (got.value === '[native accessor]' && /\.(arguments|caller)$/.test(path) && said.value?.type === 'null') return;
  // What C++ computes when asked.
  if (got.value === '[native accessor]' && /process\.(title|ppid|debugPort)$/.test(path)) return;
  assert.equal(got.writable ?? true, said.writable ?? true, `${path}: writable`);
  check(said.value, got, path, context);
}

// An accessor by an array index.
const isElement = (f) => f.kind === 'accessor' && /^(0|[1-9][0-9]{0,9})$/.test(f.name) && Number(f.name) < 2 ** 32 - 1;
const nameOf = (name) => (typeof name === 'object' ? name.symbol : name);

function checkProperties(said, got, path, context) {
  const shown = fieldsOf(got, 'property', 'accessor').filter((f) => !f.name.startsWith('#') && !isElement(f) &&
    !(said.raw && f.name === 'stack'));
  const isSymbol = (f) => f.symbol === true;
  const names = (list) => list.map((f) => f.name);
  const ours = [...shown.filter((f) => !isSymbol(f)), ...shown.filter(isSymbol)];
  assert.deepEqual(names(ours), said.props.map(([n]) => nameOf(n)), `${path}: names of properties, in order`);
  said.props.forEach(([name, property], i) =>
    checkProperty(property, ours[i], `${path}.${nameOf(name)}`, context));
  for (const [name, value] of said.private ?? []) {
    const field = got.fields.find((f) => f.name === name);
    assert.ok(field, `${path}: has ${name}`);
    check(value, field, `${path}.${name}`, context);
  }
}

function checkElements(said, got, path, context) {
  const shown = (got.fields ?? []).filter((f) => f.kind === 'element' || isElement(f));
  const there = shown.filter((f) => f.type !== 'hole');
  assert.deepEqual(there.map((f) => Number(f.name)), said.elements.items.map(([i]) => i), `${path}: indexes`);
  said.elements.items.forEach(([index, property], i) =>
    checkProperty(property, there[i], `${path}[${index}]`, context));
  // Arrays show their holes, but those in dictionary mode do not (which Node 12 makes of sealed ones).
  if (shown.length !== there.length)
    assert.equal(shown.length, said.elements.length, `${path}: rows`);
}

function checkEntry(said, got, path, context) {
  if (said.length === 2) {
    check(said[0], got.key, `${path} key`, context);
    check(said[1], got, `${path} value`, context);
  } else {
    assert.equal(got.key, undefined, `${path} has no key`);
    check(said[0], got, path, context);
  }
}

function checkEntries(said, got, path, context, ordered = true) {
  let entries = fieldsOf(got, 'entry');
  assert.equal(entries.length, said.length, `${path}: number of entries`);
  if (!ordered) { // hash tables: any order will do
    const rest = [...entries];
    entries = said.map((entry) => {
      const at = rest.findIndex((e) => {
        try { checkEntry(entry, e, path, context); return true; } catch { return false; }
      });
      return rest.splice(Math.max(at, 0), 1)[0];
    });
  }
  said.forEach((entry, i) => checkEntry(entry, entries[i], `${path}(${i})`, context));
}

function checkBytes(values, got, path, context) {
  const shown = fieldsOf(got, 'element');
  assert.equal(shown.length, values.length, `${path}: length`);
  values.forEach((value, i) => check(typeof value === 'object' ? value : { type: 'number', value }, shown[i],
    `${path}[${i}]`, context));
}

function checkSpecial(said, got, path, context) {
  if (said.entries) checkEntries(said.entries, got, path, context);
  if (said.iterates) checkEntries(said.iterates.map((e) => e), got, path, context);
  if (said.weakEntries) checkEntries(said.weakEntries, got, path, context, false);
  if (said.cells) checkEntries(said.cells, got, path, context, false);
  if (said.bytes) checkBytes(said.bytes, got, path, context);
  if (said.typed) checkBytes(said.typed, got, path, context);
  if (said.byteOffset !== undefined) {
    assert.equal(slot(got, '[[ByteOffset]]').value, said.byteOffset, `${path}: byteOffset`);
    assert.equal(slot(got, '[[ByteLength]]').value, said.byteLength, `${path}: byteLength`);
  }
  if (said.detached) assert.equal(slot(got, '[[ByteLength]]').value, 0, `${path}: detached`);
  if (said.date) assert.ok(got.value.includes(said.date), `${path}: ${got.value} is ${said.date}`);
  if (said.source !== undefined) {
    assert.equal(slot(got, '[[Source]]').value, said.source, `${path}: source`);
    assert.equal(slot(got, '[[Flags]]').value, said.flags, `${path}: flags`);
    assert.ok(got.value.includes(`/${said.source}/${said.flags}`.slice(0, 80)), `${path}: ${got.value}`);
  }
  if (said.boxed) check(said.boxed, slot(got, '[[PrimitiveValue]]'), `${path} boxed`, context);
  if (said.target === 'cleared') assert.equal(slot(got, '[[WeakRefTarget]]').value, 'cleared', path);
  else if (said.target) check(said.target, slot(got, '[[WeakRefTarget]]'), `${path} target`, context);
  for (const [name, value] of said.slots ?? []) {
    const field = slot(got, name);
    assert.ok(field, `${path}: has ${name} among ${got.fields?.map((f) => f.name)}`);
    if (typeof value === 'string') assert.equal(field.value, value, `${path} ${name}`);
    else check(value, field, `${path} ${name}`, context);
  }
  if (said.stack !== undefined) assert.equal((slot(got, '[[Stack]]') ?? slot(got, 'stack'))?.value, said.stack, `${path}: stack`);
  if (said.awaitedBy) {
    let at = got;
    for (const name of said.awaitedBy) {
      at = slot(at, '[[AwaitedBy 0]]');
      assert.equal(at?.value, `AsyncFunction ${name} {<suspended>}`, `${path}: awaited by ${name}`);
      at = slot(at, '[[Promise]]');
    }
    assert.equal(slot(at, '[[AwaitedBy 0]]'), undefined, `${path}: awaited by nobody else`);
  }
  if (said.native) {
    const inside = (got.fields ?? []).filter((f) => f.name.startsWith('[[InternalField'));
    assert.ok(inside.some((f) => f.value.includes?.(said.native)), `${path}: ${said.native} in ${inside.map((f) => f.value)}`);
  }
  if (said.location) assert.ok(slot(got, '[[GeneratorLocation]]')?.value.endsWith(said.location),
    `${path}: ${slot(got, '[[GeneratorLocation]]')?.value} is ${said.location}`);
  if (said.frames) {
    const frames = (got.fields ?? []).filter((f) => f.name.startsWith('[[Frame '));
    // "module.exports (/a/b.js:1:2)", "new Child (...)", "/a/b.js:1:2"; ours names a function without its object.
    assert.equal(frames.length, said.frames.length, `${path}: frames`);
    said.frames.forEach((text, i) => {
      const [, name, place] = /^(?:(.*) \()?([^()]*)\)?$/.exec(text);
      const [, ourName, ourPlace] = /^(.*?) \((.*)\)$/.exec(frames[i].value);
      assert.equal(ourPlace, place, `${path}: frame ${i}`);
      assert.ok((name ?? '(anonymous)').endsWith(ourName), `${path}: frame ${i}: ${ourName} in ${name}`);
    });
    assert.equal((slot(got, '[[Stack]]') ?? slot(got, 'stack'))?.value, said.frames.length ? 'captured, not formatted yet' : null, path);
  }
  if (said.says) assert.equal(got.value.slice(got.value.indexOf(' ') + 1), said.says, `${path}: ${got.value}`);
  if (said.disposables) checkEntries(said.disposables, got, path, context);
  if (said.preview !== undefined) assert.equal(got.value, said.preview, `${path}: preview`);
}

export function check(said, got, path, context = { seen: new Map() }) {
  if (said.type === 'seen') {
    assert.equal(got.address, context.seen.get(said.index), `${path}: the object seen before`);
    return;
  }
  if (context.native && got.value === '[native accessor]') return; // what C++ of the program computes when asked
  if (said.type !== 'object' && said.type !== 'function') {
    checkPrimitive(said, got, path);
    return;
  }
  if (said.props || said.slots) context.seen.set(context.seen.size, got.address);
  if (said.type === 'function') {
    assert.match(got.value, said.name === '' ? /./ : /function|class|bound/, `${path}: ${got.value}`);
    if (said.name) assert.ok(got.value.includes(said.name), `${path}: name ${said.name} in ${got.value}`);
  }
  if (got.fields === undefined) return; // deeper than was asked for
  if (said.props) checkProperties(said, got, path, context);
  if (said.elements) checkElements(said, got, path, context);
  checkSpecial(said, got, path, context);
}
