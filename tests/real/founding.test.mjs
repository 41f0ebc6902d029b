// The founding case, told by tests/screens/founding.keys on a sample, on cores of an application of express that
// leaked a million requests: from opening one to the line that leaks in at most twelve keys.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { cores, dumpdive, major, program, root, versions } from './lib/harness.mjs';
import { install } from './lib/webapp.mjs';

const OLDEST = 18; // that express runs on
const MOST_KEYS = 12;
const BYTES = 2048, MEDIAN_BYTES = 500; // that a key sends to the terminal

const script = join(root, 'tests', 'screens', 'founding.keys');
const pty = join(dirname(program), 'tests', 'terminal', 'pty');

// The keys up to the source, as they are typed: a word each, the text of the prompt being one.
function keysToTheLine() {
  const lines = readFileSync(script, 'utf8').split('\n');
  const typed = lines.slice(0, lines.findIndex((line) => line.startsWith(':snapshot 12')))
    .filter((line) => !/^[#:]/.test(line)).join('');
  return typed.match(/\^\w+\$|<\w+>|./g);
}

const screen = (frames, name) => frames.split(/^=== /m).find((frame) => frame.startsWith(name)).split('\n--- style')[0];

test('it takes twelve keys', () => {
  const words = keysToTheLine();
  assert.equal(words.filter((word) => word.startsWith('^')).length, 1);
  assert.ok(words.length - 1 <= MOST_KEYS, words.join(' '));
});

for (const version of versions.filter((each) => major(each) >= OLDEST)) {
  test(`${version}: from a core with a million requests to the line that leaks`, (t) => {
    const { kernel, truth } = cores(version, 'founding', { args: [install()], dies: true });
    if (!kernel)
      return t.skip('this machine makes no kernel cores');
    assert.equal(truth.sigs, 1e6);
    const { stdout } = dumpdive([kernel, '--script', script, '--size', '80x24', '--threads', '0'],
      { env: { LC_ALL: 'C.UTF-8', TERM: 'xterm-256color', XDG_CONFIG_HOME: '/nonexistent' } });
    assert.match(screen(stdout, '4:'), /objects SignedRequest · 1,000,000 objects/);
    assert.match(screen(stdout, '8:'), /1,000,000 {2}SignedRequest +keyring/);
    assert.match(screen(stdout, '11:'), /function signHandler/);
    assert.match(screen(stdout, '12:'), /founding\.js · signHandler.*\n(.*\n){1,4}▸ {2}18 {6}sigs\.push\(new SignedRequest/);
    assert.match(screen(stdout, 'the closure'), /sigs +Array\(1,000,000\)/);
  });
}

test('the keys send little to the terminal', (t) => {
  const version = versions.findLast((each) => major(each) >= OLDEST);
  const { kernel } = version ? cores(version, 'founding', { args: [install()], dies: true }) : {};
  if (!kernel)
    return t.skip('there is no core');
  const keys = keysToTheLine().map((key) => key.replace('^', '\\^').replace('<Enter>', '\\r')).join(' ');
  const { stdout } = spawnSync(pty, ['-t', 'xterm-256color', '-u', 'complete', '-q', '1500', keys, program, kernel],
    { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', XDG_CONFIG_HOME: '/nonexistent' } });
  const figures = stdout.match(/^keys (\d+) .*worst-bytes (\d+) +median-bytes (\d+)/m);
  assert.ok(figures, stdout);
  assert.equal(Number(figures[1]), keysToTheLine().length, stdout);
  assert.ok(Number(figures[2]) <= BYTES && Number(figures[3]) < MEDIAN_BYTES, stdout);
});
