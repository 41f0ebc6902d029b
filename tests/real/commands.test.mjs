// What scripts hold on to: the JSON keys of every command, mdb's spellings, exit statuses, TSV, and that options of
// rows do what they say. On the oldest and the newest version.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cores, dumpdive, rows, versions } from './lib/harness.mjs';

const words = (text) => text.split(' ');

const KEYS = {
  info: 'node v8 arch pid argv signal executable metadata threads isolates heap_bytes objects walked_bytes ' +
    'unwalked_bytes warnings',
  segments: 'start end size saved perm kind file',
  spaces: 'isolate space pages size used objects',
  types: 'type count shallow retained example',
  'types --by shape': 'type count shallow retained example shape properties',
  objects: 'address type shallow retained preview',
  'objects OBJECT': 'address type shallow retained preview',
  'inspect ADDR': 'address type kind shape shallow retained distance value fields',
  'refs ADDR': 'from type edge kind distance',
  'out ADDR': 'to type edge kind',
  'path ADDR': 'address type edge root',
  roots: 'root address type certainty',
  dominators: 'address type shallow retained share',
  strings: 'address length encoding kind shallow value',
  'strings --duplicates': 'value count wasted',
  functions: 'function closures script line column example',
  'source FUNC': 'script line text',
  'closure FUNC': 'scope name value type address',
  threads: 'tid name state cpu_user cpu_system isolate frame',
  'whatis ADDR': 'kind start end name',
  'bytes ADDR': 'address hex text',
  leaks: 'rank share retained reason address type holder path source',
};

// mdb's and mdb_v8's spelling: the same rows as ours.
const SPELLINGS = {
  '::status': 'info',
  '::mappings': 'segments',
  '::findjsobjects': 'types',
  '::findjsobjects -p ^keyring$': 'types --property ^keyring$',
  '::findjsobjects -c ^Keyring$': 'types --constructor ^Keyring$',
  'ADDR::findjsobjects -r': 'refs ADDR',
  'ADDR::jsfindrefs': 'refs ADDR',
  'ADDR::jsprint': 'inspect ADDR',
  'ADDR::jsprint -a -d 2': 'inspect ADDR --all-fields --depth 2',
  '::jsfunctions': 'functions',
  '::jsfunctions -n ^signHandler$': 'functions --filter function:^signHandler$',
  'FUNC::jssource': 'source FUNC',
  'FUNC::jsclosure': 'closure FUNC',
  'FUNC::jsscope': 'closure FUNC',
  'ADDR::v8whatis': 'whatis ADDR',
  'ADDR::dump 64': 'bytes ADDR 64',
  'ADDR::nodebuffer': 'bytes ADDR',
};

// [command, status, what stderr says]
const WRONG = [
  ['nonsense', 1, /there is no command "nonsense"/],
  ['typs', 1, /did you mean "types"\?/],
  ['inspect', 1, /usage: inspect ADDR\[PATH\]/],
  ['inspect lamp', 1, /is not an address: "lamp"/],
  ['inspect 0x10', 1, /no object begins at 0x10/],
  ['inspect ADDR.no', 1, /no such property at character 1/],
  ['objects NoSuchType', 1, /no objects of that type/],
  ['types --limit lamp', 1, /--limit is not a number/],
  ['types --sort lamp', 1, /cannot be sorted by "lamp"; columns: type count/],
  ['types --columns lamp', 1, /no column 'lamp'/],
  ['types --filter (', 1, /pattern, at character 2/],
  ['types --isolate 9', 1, /no isolate 9/],
  ['types --lamp', 1, /no option --lamp/],
  ['bytes 0x10', 1, /nothing is mapped at 0x10/],
];

// Puts addresses of this core into a command.
function filler(core) {
  const [keyring] = rows(core, ['objects', 'Keyring', '--limit', '1']);
  const [handler] = rows(core, ['functions', '--filter', 'function:^signHandler$']);
  return (text) => text.replace('ADDR', keyring.address).replace('FUNC', handler.example)
    .replace('OBJECT', 'Object');
}

function checkKeys(core, fill) {
  for (const [command, keys] of Object.entries(KEYS)) {
    const [first] = rows(core, [...words(fill(command)), '--limit', '1']);
    assert.ok(first, `${command}: no rows`);
    for (const key of words(keys)) assert.ok(key in first, `${command}: no ${key} in ${Object.keys(first)}`);
    // Addresses are text with 0x, never numbers that lose their last digits.
    for (const key of ['address', 'from', 'to', 'example', 'start', 'end', 'shape'])
      if (first[key] != null) assert.match(String(first[key]), /^0x[0-9a-f]+$/, `${command}: ${key}`);
  }
}

function checkSpellings(core, fill) {
  for (const [spelling, command] of Object.entries(SPELLINGS)) {
    const wanted = rows(core, [...words(fill(command)), '--limit', '50']);
    assert.ok(wanted.length > 0, command);
    assert.deepEqual(rows(core, [fill(spelling), '--limit', '50']), wanted, `'${spelling}' as one word`);
    assert.deepEqual(rows(core, [...words(fill(spelling)), '--limit', '50']), wanted, `${spelling} as several`);
  }
}

function checkStatuses(core, fill) {
  for (const [command, status, says] of WRONG) {
    const done = dumpdive([core, ...words(fill(command))]);
    assert.equal(done.status, status, command);
    assert.match(done.stderr, says);
    assert.equal(done.stdout, '', command);
  }
  for (const file of ['/nonexistent', '/etc/passwd', process.execPath]) {
    const done = dumpdive([file, 'info']);
    assert.equal(done.status, 2, file);
    assert.ok(done.stderr.includes(file), done.stderr);
  }
}

// A core cut short: rows, exit status 3, and what is missing.
function checkPartial(core) {
  const folder = mkdtempSync(join(tmpdir(), 'dumpdive-'));
  try {
    const cut = join(folder, 'cut.core'), bytes = readFileSync(core);
    writeFileSync(cut, bytes.subarray(0, bytes.length - 4096 * 64));
    const done = dumpdive([cut, 'info', '--json']);
    assert.equal(done.status, 3);
    assert.match(done.stderr, /incomplete: the core is truncated: .* missing/);
    assert.ok(JSON.parse(done.stdout).warnings.length > 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function checkRowOptions(core) {
  const all = rows(core, ['types']);
  const by = (key) => (a, b) => b[key] - a[key];
  for (const column of ['count', 'shallow']) {
    const sorted = rows(core, ['types', '--sort', column]);
    assert.deepEqual(sorted.map((row) => row[column]), [...all].sort(by(column)).map((row) => row[column]));
    const reverse = rows(core, ['types', '--sort', column, '--reverse', '--limit', '7']);
    assert.deepEqual(reverse.map((row) => row[column]),
      [...all].sort(by(column)).reverse().slice(0, 7).map((row) => row[column]));
  }
  const named = (filters) => rows(core, ['types', ...filters.flatMap((one) => ['--filter', one])])
    .map((row) => row.type).sort();
  const where = (test) => all.map((row) => row.type).filter(test).sort();
  assert.deepEqual(named(['type:^Sign']), where((type) => /^Sign/.test(type)));
  assert.deepEqual(named(['type:sign']), where((type) => /sign/i.test(type)), 'smart case');
  assert.deepEqual(named(['!type:[a-z]']), where((type) => !/[a-z]/i.test(type)));
  assert.deepEqual(named(['type:e', '!type:Request']), where((type) => /e/i.test(type) && !/Request/.test(type)));
  assert.equal(rows(core, ['types', '--limit', '0']).length, 0);
  const retained = rows(core, ['types', '--sort', 'retained']).map((row) => row.retained);
  assert.deepEqual(retained, [...retained].sort((a, b) => b - a));
}

// A string's tabs, line ends and backslashes do not break the lines and columns of TSV.
function checkTsv(core) {
  const wanted = rows(core, ['strings', '--filter', 'value:[\\t\\n\\\\]', '--limit', '40']);
  const done = dumpdive([core, 'strings', '--filter', 'value:[\\t\\n\\\\]', '--limit', '40', '--tsv']);
  const lines = done.stdout.trimEnd().split('\n').map((line) => line.split('\t'));
  assert.ok(wanted.length > 0);
  assert.equal(lines.length, wanted.length + 1);
  const at = lines[0].indexOf('value');
  const plain = { '\\t': '\t', '\\n': '\n', '\\r': '\r', '\\\\': '\\' };
  wanted.forEach((row, i) => {
    assert.equal(lines[i + 1].length, lines[0].length, lines[i + 1].join('|'));
    if (/^[\x20-\x7e\t\n\r]*$/.test(row.value))
      assert.equal(lines[i + 1][at].replace(/\\[tnr\\]/g, (one) => plain[one]), row.value);
  });
}

for (const version of [versions[0], versions.at(-1)])
  test(`${version}: keys, spellings, statuses, options`, (t) => {
    const made = cores(version, 'leak-server', { args: ['20', '50'], dies: true, as: 'commands' });
    if (!made.kernel)
      return t.skip('this machine makes no kernel cores');
    const fill = filler(made.kernel);
    checkKeys(made.kernel, fill);
    checkSpellings(made.kernel, fill);
    checkStatuses(made.kernel, fill);
    checkPartial(made.kernel);
    checkRowOptions(made.kernel);
    checkTsv(made.kernel);
  });
