// Nothing that a core holds reaches a terminal as anything but text: a process that named everything to harm,
// walked through at a pseudo-terminal, and printed to one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { cores, program, rows } from './lib/harness.mjs';

const version = (process.env.DUMPDIVE_ONLY || '24.21.0').split(' ')[0];
const pty = join(dirname(program), 'tests', 'terminal', 'pty');
const size = { columns: 80, rows: 24 };

// Controls that the program itself sends on an xterm: what terminfo has for moving, erasing and styles, and
// its modes. Numbers have to lie on the screen: those of the core do not.
const own = new RegExp('^\\x1b(?:' + [
  '\\[(?<row>\\d*);?(?<column>\\d*)[Hdr]', '\\[\\d*[ABCDGJKLMPSTX@b]', '\\[(?:\\d*;?)*m', '\\[\\?(?:1|7|12|25|1049|2004)[hl]',
  '\\[4l', '\\[2[23];0;0t', '[=>78M]', '\\([B0]'].join('|') + ')');
// No text: C0, DEL, C1, format and bidi characters, lone surrogates (which UTF-8 cannot hold), noncharacters.
const harmful = /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]|[\u{e0000}-\u{e0fff}]/u;

// The first thing in `bytes` that is neither text nor a control of ours; undefined: there is none.
function foreign(bytes) {
  let text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  for (let at; (at = text.search(harmful)) >= 0;) {
    const rest = text.slice(at, at + 40);
    const sequence = own.exec(rest);
    if (sequence) {
      if (Number(sequence.groups.row) > size.rows || Number(sequence.groups.column) > size.columns)
        return rest;
      text = text.slice(at + sequence[0].length);
    } else if ('\r\n\b\t'.includes(rest[0])) {
      text = text.slice(at + 1);
    } else {
      return rest;
    }
  }
  return undefined;
}

function typed(core, keys, { options = [], env = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  const output = join(folder, 'sent');
  try {
    const done = spawnSync(pty, ['-t', 'xterm-256color', '-u', 'complete', '-w', '200', '-o', output, keys, program, core,
      ...options], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', HOME: '/nonexistent', ...env } });
    assert.equal(done.status, 0, done.stdout + done.stderr);
    assert.match(done.stdout, /^keys /m);
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const everywhere = [
  '\\e2 ^F G', '\\e3 /HOSTILE\\r n N ^F', '\\e3 /n{99}\\r \\r ^F i j j l j l ^F', '>', '\\e6 ^F', '\\e7', '\\e1 ^F',
  ':types\\s--by\\sshape\\r /HOSTILE\\r n', ':strings\\r &HOSTILE\\r ^F ^F G yv yy yp', '\\r ^F x ^F r R p',
  ':strings\\s--duplicates\\r &HOSTILE\\r ^F', ':functions\\r &HOSTILE\\r ^F \\r ^F', 'c l l ^F', 'i', 'S',
  ':scripts\\r &HOSTILE\\r ^F G \\r ^F', ':roots\\r /HOSTILE\\r', ':dominators\\r l j l j l ^F', ':info\\r ^F',
  ':threads\\r \\r ^F', ':messages\\r ^F', ':inspect\\s\\t\\t ^C', 'a x\\r :marks\\r', '&type:HOST\\r', '? ^F'].join(' ');

test(`hostile names stay text: ${version}`, async (t) => {
  const { kernel, gcore } = cores(version, 'hostile', { args: ['\x1b]0;HOSTILE\x07argument', '\u202ebidi'], only: 'gcore' });
  const core = kernel ?? gcore;
  assert.ok(rows(core, ['strings', '--filter', 'HOSTILE']).length > 30, 'the names are there');

  await t.test('the checker finds what is foreign', () => {
    for (const bad of ['\x1b[99;99H', '\x1b]0;x\x07', '\x1bP', '\x07', '\x9b', '\u202e', '\u200b', '\x1b[?1000h'])
      assert.ok(foreign(Buffer.from(`good\x1b[2;3H${bad}`)), JSON.stringify(bad));
    assert.equal(foreign(Buffer.from('\x1b[;1mgood\x1b[m \x1b[24;80H漢\r')), undefined);
  });

  for (const [name, options] of [['in colour', []], ['without', ['--no-color']], ['in ASCII', ['--ascii']]]) {
    await t.test(`in every view, ${name}`, () => {
      const sent = typed(core, everywhere, { options });
      // What is copied goes out as base64 in an OSC 52 of our own.
      const own52 = /\x1b\]52;c;[A-Za-z0-9+\/=]*(?:\x07|\x1b\\)/g;
      const shown = Buffer.from(sent.toString('latin1').replace(own52, (match) => {
        const text = Buffer.from(match.slice(7).replace(/[\x07\x1b\\]/g, ''), 'base64').toString();
        assert.doesNotMatch(text, /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/u);
        return '';
      }), 'latin1');
      assert.equal(foreign(shown), undefined);
      assert.ok(shown.includes('HOSTILE') && shown.includes('\\x1b'), 'names are seen, made visible');
    });
  }

  // Charsets without most of what there is: all of it is made of ASCII then.
  const latin = eightBits();
  for (const [name, env] of [['C', { LC_ALL: 'C' }], ['ISO-8859-1', latin && { LC_ALL: 'en_US.ISO-8859-1', LOCPATH: latin }]]) {
    await t.test(`in the locale ${name}`, { skip: env === undefined }, () => {
      const sent = typed(core, everywhere.replaceAll(/ y[yvp]/g, ''), { env });
      assert.equal(foreign(sent), undefined);
      assert.ok(sent.every((byte) => byte < 0x80), 'only ASCII');
      assert.ok(sent.includes('HOSTILE') && sent.includes('\\u202e'), 'names are seen, made visible');
    });
  }
  if (latin) rmSync(latin, { recursive: true });

  for (const format of ['tsv', 'json']) {
    await t.test(`written to a file by w: ${format}`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'hostile-')), file = join(folder, `rows.${format}`);
      try {
        typed(core, `:inspect\\s${rows(core, ['types', '--property', 'HOSTILE'])[0].example}\\r w${file}\\r ^F ^F`);
        checkWritten(readFileSync(file, 'utf8'), format, /HOSTILE/);
        rmSync(file);
        typed(core, `:strings\\s--filter\\sHOSTILE\\r ^F w${file}\\r ^F ^F ^F`);
        checkWritten(readFileSync(file, 'utf8'), format, /HOSTILE.*(x1b|u001b)/);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  await t.test('printed to a terminal', () => {
    for (const command of ['info', 'types', 'strings', 'functions', 'scripts', 'threads', 'roots', 'leaks', 'segments'])
      assert.equal(foreign(printed(core, [command, '--limit', '3000'])), undefined, command);
  });
});

// A folder with a locale of eight bits; undefined where this machine cannot make one.
function eightBits() {
  const folder = mkdtempSync(join(tmpdir(), 'locale-'));
  const made = spawnSync('localedef', ['-i', 'en_US', '-f', 'ISO-8859-1', join(folder, 'en_US.ISO-8859-1')]);
  if (made.status === 0) return folder;
  rmSync(folder, { recursive: true });
  return undefined;
}

// Tables have as many fields in each line as their heading, JSON Lines are JSON, and neither holds a control.
function checkWritten(text, format, expected) {
  const lines = text.split('\n').filter((line) => line);
  assert.ok(lines.length > 1 || format === 'json', text);
  assert.match(text, expected);
  assert.doesNotMatch(text.replaceAll(/[\t\n]/g, ''), /[\x00-\x1f\x7f-\x9f]/);
  for (const line of lines) {
    if (format === 'json') JSON.parse(line);
    else assert.equal(line.split('\t').length, lines[0].split('\t').length, line);
  }
}

// What batch mode sends to a terminal.
function printed(core, args) {
  const quoted = [program, core, ...args].map((word) => `'${word}'`).join(' ');
  const done = spawnSync('script', ['-qec', quoted, '/dev/null'],
    { maxBuffer: 1 << 30, env: { ...process.env, LC_ALL: 'C.UTF-8', TERM: 'xterm-256color' }, stdio: ['ignore', 'pipe', 'pipe'] });
  assert.ok(done.stdout.length > 100, done.stderr.toString());
  return done.stdout;
}
