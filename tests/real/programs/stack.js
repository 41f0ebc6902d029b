// A deep stack of every kind of call, and what V8 itself says of it: Error.prepareStackTrace's call sites, where
// the process then waits. Every function notes its `this` and its arguments when it begins; what never returned
// is on the stack.
//
//   threads  [{frames, calls}], the main thread and one worker
//     frames  {function, script, line, column, native}: V8's call sites, innermost first
//     calls   {function, this, arguments}: what functions noted, innermost first, in the words of a preview
//
// Arguments: "warm" calls everything often before, so that it is compiled by whatever compiler is on; "spin"
// never waits, but goes round in a loop of JavaScript.
// Runs on Node 12 to 26.
'use strict';
const fs = require('fs');
const vm = require('vm');
const { Worker, isMainThread } = require('worker_threads');

const warm = process.argv.includes('warm'), spin = process.argv.includes('spin'); // a worker has them, too
const lock = new Int32Array(new SharedArrayBuffer(4));
let waiting = false; // else the innermost function returns
let noted = [], turns = 0;

class Account {
  constructor(owner) { this.owner = owner; }
}
class Ledger {}
const account = new Account('Ada'), ledger = new Ledger();

// How dumpdive shows it, an object by its class alone.
function words(value) {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return 'Array(' + value.length + ')';
  return value[Symbol.toStringTag] || value.constructor.name;
}
function note(name, self, given) {
  const mine = { function: name, this: words(self), arguments: Array.prototype.map.call(given, words) };
  noted.unshift(mine);
  return mine;
}
function done(mine, value) {
  noted.splice(noted.indexOf(mine), 1);
  return value;
}

function capture() {
  const before = [Error.stackTraceLimit, Error.prepareStackTrace];
  Error.stackTraceLimit = Infinity;
  Error.prepareStackTrace = (error, sites) => sites;
  const sites = new Error().stack;
  [Error.stackTraceLimit, Error.prepareStackTrace] = before;
  return sites.slice(1).map((site) => ({ function: site.getFunctionName(), script: site.getFileName(),
    line: site.getLineNumber(), column: site.getColumnNumber(), native: site.isNative() }));
}

function tell() {
  const mine = { frames: capture().slice(1), calls: noted };
  if (!isMainThread) return fs.writeFileSync('worker', JSON.stringify(mine) + '\n');
  const worker = JSON.parse(fs.readFileSync('worker', 'utf8'));
  fs.unlinkSync('worker');
  process.stdout.write(JSON.stringify({ program: 'stack', node: process.version, pid: process.pid,
    threads: [mine, worker] }) + '\n');
}

// --- from the innermost outwards: each is given the next one's name by what it calls -------------------------

function innermost(text, number, nothing, list) {
  const mine = note('innermost', this, arguments);
  if (waiting && spin) for (tell(); waiting;) turns++;
  if (waiting) tell(), Atomics.wait(lock, 0, 0, 2147483647);
  return done(mine, 1);
}

function tooFew(a, b, c, d) { // formal parameters that nobody gave
  const mine = note('tooFew', this, arguments);
  return done(mine, innermost.call(ledger, 'text', -7, undefined, [1, 2, 3]));
}

function tooMany(a) { // arguments without a name
  const mine = note('tooMany', this, arguments);
  return done(mine, tooFew(a));
}

Account.prototype.method = function method(amount, currency) {
  const mine = note('method', this, arguments);
  return done(mine, tooMany(amount, currency, 'third', 4.5, null));
};

class Saved extends Ledger {
  constructor(account, flag) {
    super();
    const mine = note('Saved', undefined, arguments);
    this.value = account.method(1000, 'EUR');
    done(mine);
  }
  get total() {
    const mine = note('total', this, arguments);
    return done(mine, new Saved(account, true).value);
  }
  static start(self) {
    const mine = note('start', this, arguments);
    return done(mine, self.total);
  }
}
const saved = Object.create(Saved.prototype);

function* numbers(from) {
  const mine = note('numbers', this, arguments);
  yield Saved.start(saved);
  done(mine);
}

function generated(generator) {
  const mine = note('generated', this, arguments);
  return done(mine, generator.next().value);
}

const shown = {
  toJSON(key) {
    const mine = note('toJSON', this, arguments);
    return done(mine, generated(numbers.call(ledger, 5)));
  },
};

function throughJson() {
  const mine = note('throughJson', this, arguments);
  return done(mine, JSON.stringify({ shown }));
}

const arrow = (item, index, array) => throughJson();

function throughArray(items) {
  const mine = note('throughArray', this, arguments);
  items.forEach(arrow);
  return done(mine, 1);
}

function compare(a, b) {
  const mine = note('compare', this, arguments);
  return done(mine, throughArray(['only']));
}

function throughSort() {
  const mine = note('throughSort', this, arguments);
  [2, 1].sort(compare);
  return done(mine, 1);
}

const context = vm.createContext({ throughSort });
const script = new vm.Script('\n  (function inContext(f) { return f(); })(throughSort);', { filename: 'context.vm' });

function throughContext(depth) {
  const mine = note('throughContext', this, arguments);
  return done(mine, depth > 0 ? throughContext(depth - 1) : script.runInContext(context));
}

async function resumed(name) {
  const mine = note('resumed', this, arguments);
  await null;
  throughContext(2);
  return done(mine, 1);
}

async function main() {
  if (warm)
    for (let i = 0; i < 3000; i++) throughContext(2);
  if (warm)
    for (let i = 0; i < 20; i++) await resumed.call(ledger, 'again');
  noted = [];
  waiting = true;
  resumed.call(ledger, 'resumed');
}

if (isMainThread) {
  new Worker(__filename, { argv: process.argv.slice(2) });
  const look = setInterval(() => {
    try { if (!fs.readFileSync('worker', 'utf8').endsWith('\n')) return; } catch (e) { return; }
    clearInterval(look);
    main();
  }, 50);
} else main();
