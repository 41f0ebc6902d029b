// How a process ended, as its core tells it: the opening page on kernel cores of every version.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cores, major, rows, versions } from './lib/harness.mjs';

const flags = { uncaught: ['--abort-on-uncaught-exception'], memory: ['--max-old-space-size=30'], abort: [] };
const trap = { 12: 'SIGILL', 14: 'SIGILL' }; // the instruction that V8 ends a process with

// The lines under "died", and it.
function deathOf(core, options) {
  const page = rows(core, ['summary', ...options]);
  const first = page.findIndex((row) => row.topic === 'died');
  const count = page.slice(first + 1).findIndex((row) => row.topic);
  return page.slice(first, first + 1 + count).map((row) => row.what);
}

const checks = {
  uncaught(lines, version, truth) {
    assert.equal(lines[0], `${trap[major(version)] ?? 'SIGTRAP'}  an exception that nobody caught`);
    assert.match(lines[1], /^TypeError: Cannot read propert.*open/);
    assert.equal(lines[2], `ends.js:${truth.line}  library.open('the door');`);
    assert.equal(lines.length, 3);
  },
  abort(lines) {
    assert.deepEqual(lines, ['SIGABRT  process.abort() was called']);
  },
  memory(lines) {
    assert.equal(lines.length, 1);
    assert.match(lines[0], /^SIG(ABRT|ILL|TRAP)  [A-Za-z_:, -]+: JavaScript heap out of memory$/);
  },
};

for (const version of versions) {
  for (const how of Object.keys(checks)) {
    test(`${version}: ${how}`, (t) => {
      const made = cores(version, 'ends', { only: 'kernel', dies: true, flags: flags[how], args: [how], as: `ends-${how}` });
      if (!made.kernel)
        return t.skip('no kernel core');
      checks[how](deathOf(made.kernel, []), version, made.truth);
      // Without symbols only the signal is known: nothing is guessed.
      const [blind] = deathOf(made.kernel, ['--no-exe']);
      assert.match(blind, /^SIG(ABRT  Aborted|ILL  Illegal instruction|TRAP  Trace\/breakpoint trap)$/);
    });
  }
}
