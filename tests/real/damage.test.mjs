// What is no core of a Node.js process is refused in one line, with status 2. What is left of one that was cut
// short or overwritten is shown, with status 3 and what is missing and how much: never a crash, never less than
// there was without a word.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cores, dumpdive, here, program, rows } from './lib/harness.mjs';
import { segments } from './lib/memory.mjs';

const PAGE = 0x40000, HEADER = 4096;
const E_CLASS = 4, E_MACHINE = 18; // of an ELF header
const folder = fs.mkdtempSync(join(tmpdir(), 'dumpdive-damage-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

// A copy that shares what the file system lets it share, and keeps holes.
function copyOf(core, name) {
  const path = join(folder, name);
  assert.equal(spawnSync('cp', ['--sparse=always', '--reflink=auto', core, path]).status, 0);
  fs.chmodSync(path, 0o600);
  return path;
}

function refused(path, pattern) {
  for (const args of [['types'], ['info', '--json'], ['segments']]) {
    const done = dumpdive([path, ...args]);
    assert.equal(done.status, 2, `${args}: ${done.stderr}`);
    assert.equal(done.stdout, '');
    assert.match(done.stderr, /^dumpdive: [^\n]+\n$/);
    assert.match(done.stderr, pattern);
  }
}

// Objects found; what is missing is said. `least`: how many there are.
function checkTypes(path, least, label) {
  const done = dumpdive([path, 'types', '--json']);
  const count = done.stdout.split('\n').filter((line) => line)
    .reduce((sum, line) => sum + JSON.parse(line).count, 0);
  assert.match(done.stderr, done.status === 0 ? /^$/ : /^dumpdive: [^\n]+\n$/, label);
  if (done.status === 3)
    assert.match(done.stderr, /incomplete: .*([kMG]?B (are missing|of the heap could not be walked)|pages)/, label);
  else if (done.status === 0)
    assert.ok(count >= least, `${label}: ${count} of ${least} objects, and not a word`);
  else
    assert.equal(done.status, 2, label);
  return { status: done.status, count };
}

const countOf = (core) => rows(core, ['types']).reduce((sum, row) => sum + row.count, 0);

// Where in the file an address is.
function offsetsOf(core) {
  const all = segments(core);
  return (address) => {
    const found = all.find((one) => one.start <= address && address < one.start + one.size);
    return found && found.offset + address - found.start;
  };
}

// Addresses of V8's pages; one of each large object and code range.
function pagesOf(core) {
  const found = [];
  for (const { start, end, kind } of rows(core, ['segments']))
    if (kind.startsWith('v8:'))
      for (let at = Math.ceil(Number(start) / PAGE) * PAGE; at < Number(end); at += PAGE)
        if (kind.endsWith('old-space') || kind.endsWith('new-space') || found.at(-1)?.kind !== kind)
          found.push({ at, kind });
  return found;
}

test('no core at all', () => {
  const path = join(folder, 'input');
  fs.writeFileSync(path, '');
  refused(path, /an empty file/);
  fs.writeFileSync(path, 'not a core\n'.repeat(1000));
  refused(path, /not an ELF file/);
  fs.writeFileSync(path, randomBytes(100000));
  refused(path, /not an ELF file/);
  refused(program, /not a core/);
  refused(folder, /directory/);
  refused(join(folder, 'none'), /No such file/);
});

test('another architecture', (t) => {
  const made = cores('22.23.3', 'classes'), core = made.kernel ?? made.gcore;
  const path = copyOf(core, 'architecture'), fd = fs.openSync(path, 'r+');
  fs.writeSync(fd, Buffer.from([183, 0]), 0, 2, E_MACHINE);
  refused(path, /aarch64/i);
  fs.writeSync(fd, Buffer.from([62, 0]), 0, 2, E_MACHINE);
  fs.writeSync(fd, Buffer.from([1]), 0, 1, E_CLASS);
  refused(path, /32-bit/);
  fs.closeSync(fd);
  fs.rmSync(path);
  t.diagnostic(core);
});

test('a process that is no Node.js', async () => {
  const sleep = spawn('sleep', ['1000']);
  await new Promise((done) => { sleep.once('spawn', done); });
  const path = join(folder, 'sleep');
  const made = spawnSync('gdb', ['-nx', '-batch', '-p', String(sleep.pid), '-ex', `gcore ${path}`]);
  sleep.kill('SIGKILL');
  assert.ok(fs.existsSync(path), String(made.stderr));
  refused(path, /no V8 heap found: not a Node\.js process/);
});

// Every fiftieth of the file, and of the pages of the heap.
for (const [version, kind, step] of [['22.23.3', 'kernel', 1], ['12.22.12', 'gcore', 7], ['26.10.0', 'kernel', 17]]) {
  test(`${version} ${kind} cut short`, (t) => {
    const core = cores(version, 'classes')[kind];
    if (!core)
      return t.skip(`this machine makes no ${kind} cores`);
    const path = copyOf(core, 'cut'), all = countOf(core), size = fs.statSync(core).size;
    const offset = offsetsOf(core);
    const pages = pagesOf(core).map(({ at }) => offset(at)).filter((at) => at !== undefined).sort((a, b) => a - b);
    const cuts = [];
    for (let n = 0; n < 50; n += step)
      cuts.push(Math.floor(size * n / 50), pages[Math.floor(pages.length * n / 50)]);
    let partial = 0;
    for (const cut of cuts.sort((a, b) => b - a)) {
      fs.truncateSync(path, cut);
      const { status, count } = checkTypes(path, all, `${cut} of ${size} bytes`);
      assert.notEqual(status, 0, `${cut} of ${size} bytes: not a word`);
      partial += status === 3 && count < all;
    }
    assert.ok(partial > 0, 'no cut hit the heap');
    fs.rmSync(path);
  });
}

test('a compressed core cut short', () => {
  const sample = join(here, '..', 'sample', 'sample.core.zst');
  const all = countOf(sample), size = fs.statSync(sample).size, path = copyOf(sample, 'cut.zst');
  for (let n = 49; n >= 0; n -= 4) {
    fs.truncateSync(path, Math.floor(size * n / 50));
    assert.notEqual(checkTypes(path, all, `${n}/50`).status, 0, `${n}/50: not a word`);
  }
});

// Nothing of a page's header is left: it is found by its neighbours, or said to be missing.
for (const version of ['12.22.12', '22.23.3']) {
  test(`${version} headers of pages`, (t) => {
    const made = cores(version, 'classes'), core = made.kernel ?? made.gcore;
    const path = copyOf(core, 'headers'), all = countOf(core), offset = offsetsOf(core);
    const fd = fs.openSync(path, 'r+'), header = Buffer.alloc(HEADER);
    let whole = 0, pages = 0;
    for (const { at, kind } of pagesOf(core)) {
      const place = offset(at);
      if (place === undefined)
        continue;
      fs.readSync(fd, header, 0, HEADER, place);
      fs.writeSync(fd, randomBytes(HEADER), 0, HEADER, place);
      const { status, count } = checkTypes(path, all, `${kind} ${at.toString(16)}`);
      assert.notEqual(status, 2, `${kind} ${at.toString(16)}`);
      whole += count >= all * 0.99;
      pages++;
      fs.writeSync(fd, header, 0, HEADER, place);
    }
    fs.closeSync(fd);
    fs.rmSync(path);
    t.diagnostic(`${pages} pages, ${whole} of which lost less than one in a hundred objects`);
    assert.ok(2 * whole > pages);
  });
}

for (const [mode, count] of [['pages', '40'], ['words', '4000']]) {
  test(`random ${mode}`, () => {
    for (const version of ['14.21.3', '24.21.0']) {
      const made = cores(version, 'classes'), core = made.kernel ?? made.gcore, path = join(folder, mode);
      const all = countOf(core);
      for (let seed = 1; seed <= 2; seed++) {
        const done = spawnSync('bash', [join(here, 'damage.sh'), mode, core, count, String(seed), path]);
        assert.equal(done.status, 0, String(done.stderr));
        checkTypes(path, mode === 'pages' ? all : 0, `${version} ${mode} ${seed}`);
        for (const command of [['strings', '--limit', '50'], ['roots', '--limit', '50'], ['info']])
          assert.ok([0, 2, 3].includes(dumpdive([path, ...command]).status), `${version} ${seed} ${command}`);
      }
      fs.rmSync(path);
    }
  });
}
