// Every view at every size that people have, in UTF-8 and in ASCII, on the sample core and on one where
// everything is named to harm: no row is wider than the screen, the first and the last line are what they should
// be, and columns stand below their headings behind wide and combining characters, too.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { cores, dumpdive, root, rows } from './lib/harness.mjs';

const folder = mkdtempSync(join(tmpdir(), 'frames-'));
after(() => rmSync(folder, { recursive: true }));

const kinds = {
  'UTF-8': { options: [], sizes: ['60x15', '80x24', '120x40', '200x60'] },
  ASCII: { options: ['--ascii'], sizes: ['60x15'] },
};

// Commands of every view, about an object of the core where they need one.
function commandsFor(core) {
  const one = (args) => rows(core, [...args, '--limit', '1'])[0];
  const address = one(['objects', 'Object']).address;
  const closure = one(['functions', '--filter', 'closures:[1-9]']).example;
  return ['summary', 'info', 'segments', 'spaces', 'types', 'types --by shape', 'objects', 'objects Object',
    `inspect ${address}`, `refs ${address}`, `out ${address}`, `path ${address}`, 'strings', 'strings --duplicates',
    'functions', 'scripts', `source ${closure}`, `closure ${closure}`, 'roots', 'dominators', 'leaks', 'threads', 'stack',
    `whatis ${address}`, `bytes ${address}`, 'help', 'commands', 'messages', 'marks'];
}

function frames(core, size, options, commands) {
  const script = join(folder, 'views.keys');
  const go = (command, i) => `:${command.replaceAll('<', '<lt>')}<Enter>\n:snapshot ${i}\nG\n:snapshot ${i}, the end\n`;
  writeFileSync(script, commands.map(go).join(''));
  const done = dumpdive([core, '--script', script, '--size', size, '--threads', '0', ...options],
    { env: { LC_ALL: 'C.UTF-8', TERM: 'xterm-256color', XDG_CONFIG_HOME: '/nonexistent' } });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout.split(/^=== /m).slice(1).map((text) => {
    const [name, , ...lines] = text.split('\n');
    const middle = lines.indexOf('--- style'), end = lines.indexOf('--- letters');
    return { command: commands[parseInt(name, 10)], name, lines: lines.slice(0, middle), styles: lines.slice(middle + 1, end) };
  });
}

// Columns of a text on a terminal, told by Unicode's properties and not by the C library.
const wide = /[\u1100-\u115e\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const columns = (text) => [...text].reduce((sum, char) => sum + (/\p{M}/u.test(char) ? 0 : wide.test(char) ? 2 : 1), 0);
const harmful = /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\p{Cs}]|[\u{e0000}-\u{e0fff}]/u;

function check({ command, name, lines, styles }, size, charset) {
  const [width, height] = size.split('x').map(Number);
  const told = `${command} (${name}) at ${size} in ${charset}:\n${lines.join('\n')}`;
  assert.equal(lines.length, height, told);
  assert.equal(styles.length, height, told);
  lines.forEach((line, i) => {
    assert.ok(columns(line) <= width && styles[i].length <= width, `line ${i}, ${columns(line)}: ${told}`);
    assert.doesNotMatch(line, charset === 'UTF-8' ? harmful : /[^\x20-\x7e]/u, told);
  });
  assert.match(lines[0], / dumpdive$/, told);
  assert.match(lines[1], /^ 1 Summary/, told);
  // The last line has the keys, or says that the last one had nothing to go to.
  assert.match(lines[height - 1], /\? keys +q (quit|close)$|^ there are no rows here$/, told);
}

// Addresses that end the rows of `closure` end in one column, whatever the values before them are.
function checkColumns({ lines }, told) {
  const heading = lines.find((line) => / address$/.test(line.trimEnd()));
  const ends = lines.filter((line) => /^ +\d.* @[0-9a-f]+$/.test(line.trimEnd())).map((line) => columns(line.trimEnd()));
  assert.ok(heading && ends.length > 0, told);
  assert.deepEqual([...new Set(ends)], [columns(heading.trimEnd())], told);
  return ends.length;
}

test('widths are those of a terminal', () => {
  assert.equal(columns('a漢e\u0301😀'), 6);
});

function everywhere(core) {
  const commands = commandsFor(core);
  for (const [charset, { options, sizes }] of Object.entries(kinds))
    for (const size of sizes) {
      const seen = frames(core, size, options, commands);
      assert.equal(seen.length, commands.length * 2);
      for (const frame of seen) check(frame, size, charset);
      // Each command opened: a message about a mistake would be in the last line, which is checked.
    }
}

test('the sample core', () => everywhere(join(root, 'tests', 'sample', 'sample.core.zst')));

const version = (process.env.DUMPDIVE_ONLY || '24.21.0').split(' ')[0];
const hostile = () => cores(version, 'hostile', { args: ['\x1b]0;HOSTILE\x07argument', '\u202ebidi'], only: 'gcore' }).gcore;

test(`hostile names: ${version}`, () => everywhere(hostile()));

test(`columns behind wide and combining characters: ${version}`, () => {
  const core = hostile();
  const closures = rows(core, ['functions', '--filter', 'function:inner']).slice(0, 12).map((row) => row.example);
  let checked = 0;
  for (const frame of frames(core, '80x24', [], closures.map((address) => `closure ${address}`)))
    checked += checkColumns(frame, frame.lines.join('\n'));
  assert.ok(checked > 24, `${checked} addresses`);
});
