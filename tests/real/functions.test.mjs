// Functions, source text, scripts and closures on every version, against what the program says of itself
// and what V8's own debugger says of the same program in another process.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { cores, dumpdive, here, major, rows, versions } from './lib/harness.mjs';

const lineEnd = /\r\n|[\n\r\u2028\u2029]/;
const isNameless = (row) => /^VM\d+$/.test(row.script ?? '');

// Rows of one line are pieces of it, in order.
function textOf(pieces) {
  const lines = [];
  for (const piece of pieces) {
    if (lines.length && lines[lines.length - 1].line === piece.line)
      lines[lines.length - 1].text += piece.text;
    else
      lines.push({ line: piece.line, text: piece.text });
  }
  return lines.map((line) => line.text);
}

// Everything asked of one core, each answer once.
class Core {
  constructor(path, options) {
    this.path = path;
    this.options = options;
    this.texts = new Map();
    this.functions = this.rows(['functions', '--all']);
  }
  rows(args, expected) {
    return rows(this.path, [...args, ...this.options], expected);
  }
  source(row) {
    const at = row.example ?? row.definition;
    if (!this.texts.has(at))
      this.texts.set(at, textOf(this.rows(['source', at])));
    return this.texts.get(at);
  }
  // The row of a definition by where it is, or, without a script's name, by its text.
  find(truth) {
    const lines = truth.source.split(lineEnd);
    const same = (row) => this.source(row).join('\n') === lines.join('\n');
    // What V8 makes of the fields of a class is a function of its own, in the same place as the class.
    const made = ['top level', 'class fields initializer', 'class static initializer'];
    const places = this.functions.filter((row) => !made.includes(row.kind)).filter((row) =>
      truth.script === undefined
        ? isNameless(row) && row.line !== null
        : row.script === truth.script &&
          (truth.line === undefined || row.line === truth.line && row.column === truth.column));
    const found = truth.line !== undefined && truth.script !== undefined ? places : places.filter(same);
    assert.equal(found.length, 1, `${truth.id}: ${found.length} rows at ${truth.script}:${truth.line}:${truth.column}`);
    return found[0];
  }
}

function checkFunctions(core, truth) {
  for (const expected of truth.functions) {
    if (expected.id === 'wrapper')
      continue; // below
    const row = core.find(expected);
    assert.deepEqual(core.source(row), expected.source.split(lineEnd), `source of ${expected.id}`);
    if (expected.name !== undefined)
      assert.equal(row.function, expected.name, `name of ${expected.id}`);
    assert.equal(row.kind, expected.kind, `kind of ${expected.id}`);
    assert.equal(row.closures, expected.closures, `closures of ${expected.id}`);
    assert.equal(row.line, expected.line, `line of ${expected.id}`);
    assert.equal(row.column, expected.column, `column of ${expected.id}`);
    // V8 compiles a function in parentheses at once: it expects it to be called.
    if (expected.script === truth.script)
      assert.equal(row.state, expected.lazy ? 'lazy' : 'compiled', `state of ${expected.id}`);
  }
}

// V8 says where `new Error` stands in a function of one line: as far from its beginning as in its text.
function checkStacks(core, truth) {
  for (const stack of truth.stacks) {
    const row = core.find(truth.functions.find((known) => known.id === stack.id));
    assert.equal(row.line, stack.line, stack.id);
    assert.equal(row.column + stack.offset, stack.column, stack.id);
  }
}

// Node's function around a file: its text is the file, which toString() puts parameters around.
function checkWrapper(core, truth) {
  const expected = truth.functions.find((known) => known.id === 'wrapper');
  const [row] = core.functions.filter((known) => known.script === expected.script && known.line === 1);
  const lines = expected.source.split(lineEnd);
  assert.deepEqual(core.source(row), lines.slice(1, -1));
  assert.equal(lines[0], 'function (exports, require, module, __filename, __dirname) {');
  assert.equal(row.function, '(anonymous)');
  assert.equal(row.closures, 1);
}

function checkScripts(core, truth) {
  const scripts = core.rows(['scripts']);
  for (const expected of truth.scripts) {
    const named = scripts.filter((row) => row.name === expected.name);
    if (expected.name === 'hidden-name.js') { // goes by the name in its sourceURL comment
      assert.equal(named.length, 0);
      continue;
    }
    assert.equal(named.length, 1, expected.name);
    assert.equal(named[0].type, 'normal');
    assert.equal(named[0].length, expected.length, `length of ${expected.name}`);
    assert.equal(named[0].lines, expected.lines, `lines of ${expected.name}`);
    const functions = core.functions.filter((row) => row.script === expected.name).length;
    assert.equal(named[0].functions, functions, `functions of ${expected.name}`);
  }
  const evals = scripts.filter((row) => row.type === 'eval');
  assert.ok(evals.length >= 4);
  assert.ok(evals.every((row) => row.name === `VM${row.id}`));
}

function checkScriptText(core, truth) {
  for (const name of ['crlf.js', 'cr.js', 'separators.js', 'many-mixed.js', 'minified.js', 'astral.js']) {
    const [script] = core.rows(['scripts', '--filter', `name:^${name}$`]);
    const text = textOf(core.rows(['source', script.address]));
    const expected = truth.scripts.find((known) => known.name === name);
    assert.equal(text.length, expected.lines, name);
    assert.deepEqual(text, expected.text.split(lineEnd), name);
  }
}

function checkContextLines(core, truth) {
  const expected = truth.functions.find((known) => known.id === 'many mixed lines');
  const file = truth.scripts.find((known) => known.name === 'many-mixed.js').text.split(lineEnd);
  const row = core.find(expected);
  const count = expected.source.split(lineEnd).length;
  for (const context of [0, 2, 100000]) {
    const lines = core.rows(['source', row.example, '-n', `${context}`]);
    const first = Math.max(1, expected.line - context);
    const last = Math.min(file.length, expected.line + count - 1 + context);
    assert.deepEqual(lines.map((line) => line.text), file.slice(first - 1, last));
    assert.deepEqual(lines.map((line) => line.line), lines.map((line, i) => first + i));
    // A line without text holds nothing of the function.
    const marked = lines.filter((line) => line.marked).map((line) => line.line);
    assert.ok(marked.every((line) => line >= expected.line && line < expected.line + count));
    assert.deepEqual([marked[0], marked[marked.length - 1]], [expected.line, expected.line + count - 1]);
  }
}

// --- closures ------------------------------------------------------------------------------------

// The text of a value as the program wrote it, against the preview.
function checkValue(expected, row, what) {
  if (typeof expected === 'string' && /^function /.test(expected))
    assert.equal(row.type, 'function', what);
  else if (typeof expected === 'string' && /^(Array|Map|RegExp|Object|RangeError|Module|Arguments)$/.test(expected))
    assert.ok(row.address !== null && row.type !== 'string', what);
  else if (typeof expected === 'string' && /^(Symbol\(|<|-?\d+n$|-0$|NaN$|-Infinity$)/.test(expected))
    assert.equal(row.value, expected, what);
  else
    assert.equal(row.value, typeof expected === 'string' ? JSON.stringify(expected) : String(expected), what);
}

const isSynthetic = (name) => /^[.#(]/.test(name) || name === 'this' || name === 'new.target';

// Rows by scope: [{kind, variables: Map}], without the names no program can write.
function scopesOf(list, synthetic = false) {
  const scopes = [];
  for (const row of list) {
    while (scopes.length <= row.scope)
      scopes.push({ kind: undefined, variables: new Map() });
    scopes[row.scope].kind = row.kind;
    if (synthetic || !isSynthetic(row.name))
      scopes[row.scope].variables.set(row.name, row);
  }
  return scopes;
}

function checkClosures(core, truth) {
  for (const closure of truth.scopes) {
    const row = core.find(closure);
    const scopes = scopesOf(core.rows(['closure', row.example]), true).filter((scope) => scope.variables.size);
    closure.scopes.filter((scope) => Object.keys(scope.variables).length).forEach((expected, i) => {
      const what = `${closure.id}, scope ${i}`;
      assert.equal(scopes[i]?.kind, expected.kind, what);
      for (const [name, value] of Object.entries(expected.variables)) {
        const variable = scopes[i].variables.get(name);
        assert.ok(variable, `${what}: ${name}`);
        checkValue(value, variable, `${what}: ${name}`);
      }
    });
  }
}

function checkModes(core, truth) {
  const row = core.find(truth.scopes.find((closure) => closure.id === 'nested'));
  const modes = Object.fromEntries(core.rows(['closure', row.example]).filter((variable) => variable.scope < 3)
    .map((variable) => [variable.name, variable.mode]));
  assert.deepEqual(modes,
    { three: 'let', four: 'const', second: 'var', two: 'var', parameter: 'var', one: 'let', object: 'const' });
  const method = core.functions.find((known) => known.function === '#method');
  if (!method)
    return assert.ok(!truth.functions.some((known) => known.id === '#method'), 'only 12 cannot parse it');
  const privates = new Map(core.rows(['closure', method.example]).map((variable) => [variable.name, variable]));
  assert.equal(privates.get('#method').mode, 'private method');
  assert.equal(privates.get('#method').address, method.example);
  assert.equal(privates.get('#getter').mode, 'private accessor');
  return assert.equal(privates.get('Privates').type, 'function');
}

// --- what V8's debugger says ---------------------------------------------------------------------

function ask(made) {
  const script = join(here, 'programs', 'functions.js');
  const done = spawnSync(made.node, ['--expose-gc', script, '--inspect'],
    { encoding: 'utf8', maxBuffer: 1 << 28, env: {} });
  assert.equal(done.status, 0, done.stderr);
  return new Map(JSON.parse(done.stdout).map((answer) => [answer.id, answer]));
}

// The debugger's place of a function is its parameter list.
function checkPlaces(core, truth, answers) {
  for (const known of truth.functions) {
    const answer = answers.get(known.id);
    if (known.script === undefined || /class|arrow/.test(known.kind) || known.id === 'wrapper')
      continue;
    const row = core.find(known);
    const before = known.source.slice(0, known.source.indexOf('('));
    assert.ok(!lineEnd.test(before));
    assert.equal(answer.line, row.line, known.id);
    assert.equal(answer.column, row.column + before.length, known.id);
  }
}

// All variables of all scopes, and no others. The debugger leaves out scopes without variables, gives
// functions that use eval their `arguments`, leaves out the own name of a function expression, and lists an
// object's prototype among the properties of a `with`.
function checkDebuggerScopes(core, truth, answers) {
  for (const closure of truth.scopes) {
    const row = core.find(closure);
    const ours = scopesOf(core.rows(['closure', row.example]))
      .filter((scope) => !['script', 'global'].includes(scope.kind) && scope.variables.size);
    const theirs = answers.get(closure.id).scopes.filter((scope) => !/^(Global|Script)/.test(scope.kind))
      .map((scope) => scope.variables.map(([name]) => name).filter((name) => name !== '__proto__'));
    const names = (list, other) => list.filter((name) => name !== 'arguments' || other.includes(name)).sort();
    const expected = theirs.filter((list) => list.length);
    // Variables that are not initialised are left out up to V8 8.
    if (closure.id === 'not initialised' && major(truth.node.slice(1)) < 16)
      continue;
    ours.forEach((scope, i) => {
      const mine = [...scope.variables.values()].filter((row) => row.name !== row.function).map((row) => row.name);
      assert.deepEqual(names(mine, expected[i] ?? []), names(expected[i] ?? [], mine), `${closure.id}, scope ${i}`);
    });
    assert.equal(ours.length, expected.length, `scopes of ${closure.id}`);
    checkNumbers(ours, answers.get(closure.id), closure.id);
  }
}

// Numbers, booleans and the like read the same in both.
function checkNumbers(ours, answer, id) {
  const known = new Map(answer.scopes.flatMap((scope) => scope.variables));
  for (const scope of ours)
    for (const [name, row] of scope.variables)
      if (name !== 'inspecting' && ['number', 'boolean', 'bigint', 'symbol'].includes(row.type) &&
          answer.scopes.flatMap((other) => other.variables).filter((other) => other[0] === name).length === 1)
        assert.equal(row.value, known.get(name), `${id}: ${name}`);
}

function checkOthers(core, version) {
  const find = (name, filter) => core.functions.find((row) => row.function === name && filter(row));
  const map = find('map', (row) => row.state === 'builtin');
  assert.equal(map.script, null);
  const done = dumpdive([core.path, 'source', map.example, ...core.options]);
  assert.equal(done.status, 1);
  assert.match(done.stderr, /map is not written in JavaScript \(builtin\)/);
  assert.ok(core.functions.some((row) => row.state === 'native' && row.closures > 0));
  for (const row of core.functions) {
    assert.ok(row.kind !== '?' && row.state !== '?', JSON.stringify(row));
    assert.equal(row.line === null, row.script === null, JSON.stringify(row));
  }
  for (const script of core.rows(['scripts', '--filter', 'name:^static-(first|last).js$']))
    assert.deepEqual(core.functions.filter((row) => row.script === script.name).map((row) => row.kind).sort(),
      ['class constructor', 'class fields initializer',
        major(version) < 16 ? 'class fields initializer' : 'class static initializer', 'top level'], script.name);
}

// The object that holds a variable is a context; its source is that of the function whose scope it is.
function checkContexts(core, truth) {
  const innermost = core.functions.find((row) => row.function === 'innermost');
  const slot = (name) => core.rows(['closure', innermost.example]).find((row) => row.name === name).slot;
  const source = (name) => {
    const places = core.rows(['whatis', slot(name)]);
    return textOf(core.rows(['source', places.find((place) => place.kind === 'object').start]));
  };
  const nested = truth.nested.split(lineEnd);
  assert.deepEqual(source('parameter'), nested);
  const middle = nested.slice(3, -1);
  middle[0] = middle[0].replace(/^ *return /, '');
  middle[middle.length - 1] = middle[middle.length - 1].replace(/;$/, '');
  assert.deepEqual(source('second'), middle);
  assert.deepEqual(source('three'), middle, 'a block belongs to the function around it');
}

// What is kept in the program's list, reached by path: {id: address}.
function keptAddresses(core) {
  const declared = core.functions.find((row) => row.function === 'declared');
  const list = core.rows(['closure', declared.example]).find((row) => row.name === 'kept').address;
  const [array] = core.rows(['inspect', list, '--depth', '2']);
  const field = (object, name) => object.fields.find((other) => other.name === name);
  return Object.fromEntries(array.fields.filter((entry) => entry.kind === 'element')
    .map((entry) => [field(entry, 'id').value, field(entry, 'fn').address]));
}

function checkLeads(core, truth) {
  const kept = keptAddresses(core);
  for (const [id, source] of Object.entries(truth.leads))
    assert.deepEqual(textOf(core.rows(['source', kept[id]])), source.split(lineEnd), id);
  const first = (id) => core.rows(['closure', kept[id]]).filter((row) => row.scope === 0);
  for (const [id, values] of [['generator object', ['p of generator', 'local of generator']],
    ['async closure', ['p of async', 'local of async']]]) {
    const names = new Map(first(id).map((row) => [row.name, row.value]));
    assert.equal(names.get('p'), JSON.stringify(values[0]), id);
    assert.equal(names.get('local'), JSON.stringify(values[1]), id);
  }
  const strip = (list) => list.map((row) => [row.scope, row.name, row.slot]);
  const declared = core.functions.find((row) => row.function === 'declared').example;
  assert.deepEqual(strip(core.rows(['closure', kept['bound twice']])), strip(core.rows(['closure', declared])));
  for (const [id, why] of [['api', /(native)/], ['builtin', /(builtin)/], ['binding', undefined]]) {
    const done = dumpdive([core.path, 'source', kept[id], ...core.options]);
    assert.equal(done.status, why ? 1 : 0, `${id}: ${done.stderr}`);
    assert.match(done.stderr, why ?? /^$/);
  }
}

for (const version of versions) {
  const made = cores(version, 'functions');
  const { truth } = made;
  const core = new Core(made.gcore, []);
  const answers = ask(made);
  test(`${version}: every kind of function: name, kind, place, closures, source`, () => checkFunctions(core, truth));
  test(`${version}: places that stacks of errors give`, () => checkStacks(core, truth));
  test(`${version}: places that the debugger gives`, () => checkPlaces(core, truth, answers));
  test(`${version}: the function around a file`, () => checkWrapper(core, truth));
  test(`${version}: scripts`, () => checkScripts(core, truth));
  test(`${version}: text of scripts with all kinds of line ends`, () => checkScriptText(core, truth));
  test(`${version}: context lines`, () => checkContextLines(core, truth));
  test(`${version}: variables of closures`, () => checkClosures(core, truth));
  test(`${version}: let, const and var`, () => checkModes(core, truth));
  test(`${version}: all variables that the debugger lists, and no others`,
    () => checkDebuggerScopes(core, truth, answers));
  test(`${version}: bound functions, objects and generators`, () => checkLeads(core, truth));
  test(`${version}: builtins and natives`, () => checkOthers(core, version));
  test(`${version}: the function of a context`, () => checkContexts(core, truth));
  test(`${version}: the kernel's core without the executable`, (t) => {
    if (!made.kernel)
      return t.skip('this machine makes no kernel cores');
    const bare = new Core(made.kernel, ['--no-exe']);
    checkFunctions(bare, { script: truth.script, functions: truth.functions.filter((known, i) => i % 5 === 0) });
    checkClosures(bare, { scopes: truth.scopes.filter((known) => known.id !== 'deep') });
    return undefined;
  });
}

// Long sources, chains and lists: the same answers at any length.
for (const version of versions.filter((v, i) => i === 0 || i === versions.length - 1)) {
  test(`${version}: sources of 50 MB, 10,000 scopes, 30,000 functions`, () => {
    const { truth, gcore } = cores(version, 'long', { only: 'gcore' });
    const list = rows(gcore, ['functions']);
    const find = (name) => list.find((row) => row.function === name);
    assert.deepEqual([find('lastLine').line, find('lastLine').column], [truth.line, 2]);
    assert.deepEqual([find('lastColumn').line, find('lastColumn').column], [1, truth.column]);
    assert.equal(list.filter((row) => row.script === 'many.js').length, truth.many);
    list.filter((row) => row.script === 'many.js')
      .forEach((row) => assert.equal(row.function, `f${row.line - 1}`));
    assert.equal(rows(gcore, ['source', find('lastLine').example])[0].text, "function lastLine() { return 'L'; }");
    assert.equal(rows(gcore, ['source', find('lastLine').example, '-n', '1']).length, 2);
    const scopes = rows(gcore, ['closure', find('deepest').example]);
    const values = scopes.filter((row) => row.name === 'v').map((row) => Number(row.value));
    assert.deepEqual(values, Array.from({ length: truth.levels }, (x, i) => truth.levels - i));
    assert.ok(scopes[scopes.length - 1].scope > 10000);
    assert.equal(scopes[scopes.length - 1].kind, 'global');
  });
}

// Breakpoints put a DebugInfo between a function and its script up to V8 11.
for (const version of versions) {
  test(`${version}: functions with breakpoints`, () => {
    const { truth, gcore } = cores(version, 'debugged', { only: 'gcore' });
    assert.equal(truth.pauses, 2);
    const core = new Core(gcore, []);
    for (const [name, source] of Object.entries(truth.truth)) {
      const lines = source.split(lineEnd);
      const found = core.functions.filter((row) => row.script === truth.script && row.kind !== 'top level' &&
        core.source(row).join('\n') === lines.join('\n'));
      assert.equal(found.length, 1, name);
      assert.equal(found[0].closures, 1, name);
    }
  });
}
