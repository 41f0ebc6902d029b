// JavaScript stacks on every version, against V8's own call sites of the same stack (programs/stack.js): main
// thread and worker, in the interpreter, in baseline and in optimized code, waiting in C++ and caught in the
// middle of a loop.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cores, dumpdive, here, major, openings, rows, versions } from './lib/harness.mjs';

const source = readFileSync(join(here, 'programs', 'stack.js'), 'utf8').split('\n');
const lineOf = (text) => source.findIndex((line) => line.includes(text)) + 1;
const columnOf = (text, word) => source[lineOf(text) - 1].indexOf(word) + 1;

// Threads in the order of the truth: the main one, the worker.
function stacks(core, options) {
  const threads = rows(core, ['threads', ...options]).filter((row) => row.isolate !== null);
  return [0, 1].map((isolate) => {
    const [thread] = threads.filter((row) => row.isolate === isolate);
    return { tid: thread.tid, frames: rows(core, ['stack', String(thread.tid), ...options]) };
  });
}

// What V8 shows in an error's stack: no functions of Node.js in C++, and no nameless ones of its own.
const isShown = (row) => row.kind !== 'native' && !(row.kind === 'builtin' && /^\(/.test(row.function));
const place = ({ function: name, script, line, column }) => ({ function: name, script, line, column });
const named = (frame) => ({ ...place(frame), function: frame.function ?? '(anonymous)' });

// V8's call sites, the first moved from where they were asked for to where the thread waits.
function expected(truth, spin) {
  const frames = truth.frames.map(named);
  assert.equal(frames[0].function, 'innermost');
  if (spin)
    return frames;
  frames[0].column = columnOf('Atomics.wait(', 'wait(');
  assert.equal(frames[0].line, lineOf('Atomics.wait('));
  return [{ function: 'wait', script: null, line: null, column: null }, ...frames];
}

function same(shown, said) {
  if (said === 'Object')
    return /^\{/.test(shown);
  if (said === 'function')
    return /^(function|class) /.test(shown);
  return said === 'Generator' ? shown.startsWith('Generator ') : shown === said;
}

// `this` and arguments, which functions noted when they were called. Those that were inlined are not there.
function checkCalls(frames, calls, told, all) {
  let at = 0, checked = 0;
  for (const call of calls) {
    const name = call.function === 'total' ? 'get total' : call.function;
    const found = frames.findIndex((row, i) => i >= at && row.function === name);
    if (found < 0) {
      assert.ok(!all, `${call.function}: ${told}`);
      continue;
    }
    const row = frames[found];
    at = found + 1;
    checked++;
    if (name === 'Saved') // its this begins with super()
      assert.ok(row.this === null || row.this === 'Saved', told);
    else
      assert.ok(same(row.this, call.this), `this of ${name}: ${row.this}, not ${call.this}: ${told}`);
    assert.equal(row.arguments.length, call.arguments.length, `arguments of ${name}: ${told}`);
    call.arguments.forEach((said, i) =>
      assert.ok(same(row.arguments[i], said), `${name}: ${row.arguments[i]}, not ${said}: ${told}`));
  }
  return checked;
}

// The sources of Node.js's own scripts may be in the executable alone, and lines with them.
function checkPlaces(frames, wanted, told, options) {
  const shown = frames.filter(isShown).map(place);
  const own = (row) => row.script && !/stack\.js$|context\.vm$/.test(row.script);
  assert.deepEqual(shown, wanted.map((row, i) => (options.includes('--no-exe') && own(row) && shown[i]?.line === null
    ? { ...row, line: null, column: null } : row)), told);
}

// Every frame that V8 shows is there, in its place, and no other.
function checkAll(frames, truth, told, options = []) {
  checkPlaces(frames, expected(truth, false), told, options);
  assert.equal(checkCalls(frames, truth.calls, told, true), truth.calls.length);
  const call = frames.find((row) => row.kind === 'native' && row.function === 'runInContext');
  assert.deepEqual(call.arguments.slice(1, 3), ['-1', 'true'], told);
  assert.equal(call.this, 'Script', told);
  const arrow = frames.find((row) => row.function === 'arrow');
  assert.equal(arrow.this, null, told); // it has none of its own
  assert.deepEqual(arrow.arguments, ['"only"', '0', 'Array(1)'], told);
}

// Where optimizing compilers are on: frames are V8's but for those that were inlined, in V8's order. A line is
// V8's, or that of where the function begins, and says so.
function checkSome(core, frames, truth, told, spin) {
  const all = expected(truth, spin), begins = new Map();
  for (const row of rows(core, ['functions', '--filter', 'script:(stack|vm)']))
    begins.set(row.example, row.line);
  let at = 0, inferred = 0;
  for (const row of frames.filter(isShown)) {
    const found = all.findIndex((frame, i) => i >= at && frame.function === row.function);
    assert.ok(found >= 0, `${row.function}: ${told}`);
    at = found + 1;
    if (typeof row.line === 'string') {
      inferred++;
      assert.match(row.line, /^~\d+$/, told);
      assert.equal(row.column, null, told);
      assert.equal(Number(row.line.slice(1)), begins.get(row.address), `${row.function}: ${told}`);
    } else
      assert.deepEqual(place(row), all[found], told);
  }
  assert.ok(checkCalls(frames, truth.calls, told, false) > 8, told);
  return inferred;
}

// In the loop: V8 does not know how far it is, either, but the rest of the stack is as it says.
function checkLoop(frames, truth, kind, told, options) {
  assert.equal(frames[0].function, 'innermost', told);
  assert.equal(frames[0].kind, kind, told);
  if (frames[0].line !== lineOf('turns++')) // where it had just called C++
    assert.equal(frames[0].line, `~${lineOf('function innermost')}`, told);
  checkPlaces(frames.slice(1), expected(truth, true).slice(1), told, options);
  checkCalls(frames, truth.calls, told, true);
}

const kinds = (frames) => frames.map((row) => row.kind);
const hasBaseline = (version) => major(version) >= 16;
const slow = (version) => ['--no-opt', ...(hasBaseline(version) ? ['--no-sparkplug'] : []),
  ...(major(version) >= 20 ? ['--no-maglev'] : [])];

for (const version of versions) {
  test(`${version}: in the interpreter`, () => {
    const { gcore, kernel, truth } = cores(version, 'stack', { flags: slow(version), as: 'stack-slow' });
    for (const core of [gcore, kernel])
      for (const [how, options] of core ? openings : [])
        for (const [i, { frames }] of stacks(core, options).entries()) {
          checkAll(frames, truth.threads[i], `${core} ${how} thread ${i}`, options);
          assert.ok(frames.every((row) => ['interpreted', 'builtin', 'native'].includes(row.kind)));
        }
  });

  test(`${version}: as it is`, () => {
    const { gcore, kernel, truth } = cores(version, 'stack');
    for (const core of [gcore, kernel])
      if (core)
        for (const [i, { frames }] of stacks(core, []).entries())
          checkAll(frames, truth.threads[i], `${core} thread ${i}`);
  });

  test(`${version}: baseline code`, { skip: !hasBaseline(version) }, () => {
    const { gcore, truth } = cores(version, 'stack',
      { flags: ['--sparkplug', '--always-sparkplug'], only: 'gcore', as: 'stack-baseline' });
    for (const [how, options] of openings)
      for (const [i, { frames }] of stacks(gcore, options).entries()) {
        checkAll(frames, truth.threads[i], `${gcore} ${how} thread ${i}`, options);
        assert.ok(kinds(frames).filter((kind) => kind === 'baseline').length > 10, kinds(frames).join());
      }
  });

  test(`${version}: optimized code`, () => {
    const { gcore, truth } = cores(version, 'stack', { args: ['warm'], only: 'gcore', as: 'stack-warm' });
    for (const [i, { frames }] of stacks(gcore, []).entries()) {
      const inferred = checkSome(gcore, frames, truth.threads[i], `${gcore} thread ${i}`, false);
      assert.ok(kinds(frames).includes('optimized'), kinds(frames).join());
      assert.ok(inferred > 0);
    }
  });

  for (const [how, flags, kind] of [['optimized code', [], 'optimized'],
    ['the interpreter', slow(version), 'interpreted']])
    test(`${version}: caught in a loop of ${how}`, () => {
      const { gcore, truth } = cores(version, 'stack',
        { flags, args: ['spin'], only: 'gcore', as: `stack-spin-${kind}` });
      for (const [opened, options] of openings) {
        for (const [i, { frames }] of stacks(gcore, options).entries())
          checkLoop(frames, truth.threads[i], kind, `${gcore} ${opened} thread ${i}`, options);
      }
    });

  test(`${version}: which thread`, () => {
    const { gcore, kernel } = cores(version, 'stack');
    for (const core of [gcore, kernel]) {
      if (!core) continue;
      const [main, worker] = stacks(core, []);
      assert.deepEqual(rows(core, ['stack']), main.frames);
      assert.deepEqual(rows(core, ['::jsstack']), main.frames);
      assert.deepEqual(rows(core, ['stack', '--isolate', '1']), worker.frames);
      const all = rows(core, ['stack', '--all']);
      assert.deepEqual(all.filter((row) => kinds(main.frames).includes(row.kind)).map(place), main.frames.map(place));
      assert.equal(all.at(-1).kind, 'entry');
      assert.ok(kinds(all).filter((kind) => kind === 'entry').length > 2, kinds(all).join());
      const other = rows(core, ['threads']).find((row) => row.isolate === null);
      assert.deepEqual(rows(core, ['stack', String(other.tid)]), []);
      const none = dumpdive([core, 'stack', '1']);
      assert.equal(none.status, 1);
      assert.match(none.stderr, /there is no thread 1/);
    }
  });
}

for (const version of versions)
  test(`${version}: the thread that died`, (t) => {
    const { kernel } = cores(version, 'ends',
      { only: 'kernel', dies: true, flags: ['--abort-on-uncaught-exception'], args: ['uncaught'], as: 'ends-uncaught' });
    if (!kernel)
      return t.skip('no kernel core');
    const [first] = rows(kernel, ['stack']);
    assert.equal(first.function, 'uncaught');
    assert.equal(first.line, 8);
  });
