'use strict';
// What an application holds beside its own classes: one of each kind that Node.js and the language offer. They are
// kept in its store; all of them are among the objects that are compared.
const { AsyncLocalStorage } = require('async_hooks');
const crypto = require('crypto');
const { Readable, Transform, PassThrough } = require('stream');
const { performance } = require('perf_hooks');

class Base {
  static count = 0;
  #hidden = new Map([['k', { deep: 1 }]]);
  static #total = 1n;
  constructor(name) { this.name = name; Base.count++; }
  get upper() { return this.name.toUpperCase(); }
  set upper(value) { this.name = value; }
  has() { return this.#hidden.size > 0 && Base.#total > 0n; }
}
class Derived extends Base {
  [Symbol('described')] = 1;
  [Symbol()] = 2;
  [Symbol.toStringTag] = 'Tagged';
}

function objects() {
  const sparse = [];
  sparse[1e6] = 'far';
  const accessors = { plain: 1, get computed() { return 2; }, set only(value) { this.plain = value; }, get both() { return 3; }, set both(value) {} };
  Object.defineProperty(accessors, 'hidden', { value: 4, enumerable: false, writable: false });
  const error = new Error('outer', { cause: new TypeError('inner') });
  error.code = 'E_CODE';
  return [new Base('a'), new Derived('b'), Base, Derived, sparse, accessors, Object.freeze({ frozen: [1, { two: 2 }] }),
    Object.seal([1, 2.5, 'x']), Object.create(null, { lone: { value: 1, enumerable: true } }), Object.create({ inherited: 1 }),
    error, new AggregateError([new RangeError('one'), 'two'], 'both'), new SyntaxError('bad'),
    (function () { return arguments; })(1, 'two', {}), Object(1), Object('boxed'), Object(true), Object(2n), Object(Symbol('boxed')),
    { 10: 'ten', 2: 'two', z: 1, a: 2, [Symbol.iterator]: function* () {} }, Object.assign([1, , 3], { extra: true })];
}

function collections() {
  const inner = new Map([[1, 'one'], [NaN, 'not'], [-0, 'zero']]), key = { key: true }, deleted = new Map();
  for (let i = 0; i < 100; i++) deleted.set(`key ${i}`, i);
  for (let i = 0; i < 100; i += 3) deleted.delete(`key ${i}`);
  return [new Map([['inner', inner], [key, new Set([inner, key])], [Symbol.for('s'), new Map([[inner, inner]])]]), deleted,
    new Set([[1], new Set(['nested']), null, undefined, 1n, 'ä€😀']), new WeakMap([[key, inner]]), new WeakSet([key]), new WeakRef(key),
    new FinalizationRegistry(() => {}), inner.entries(), new Set([1, 2]).values(), [1, 2][Symbol.iterator](), 'text'[Symbol.iterator]()];
}

function bytes() {
  const buffer = new ArrayBuffer(24);
  const views = [Int8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array]
    .map((View) => Object.assign(new View(buffer, 8, 1), {}));
  return [buffer, ...views, new DataView(buffer, 3, 5), new SharedArrayBuffer(8), Buffer.from('from the pool'), Buffer.alloc(20, 'ab'),
    Buffer.from('base').subarray(1, 3), new Uint8Array(0), new Float64Array([NaN, -0, 1e-310, Infinity])];
}

function unreferenced(port) {
  port.unref();
  return port;
}

function platform() {
  const readable = Readable.from(['a', 'b']), storage = new AsyncLocalStorage(), controller = new AbortController();
  controller.abort(new Error('aborted'));
  readable.pipe(new PassThrough());
  const of = (name, ...args) => (typeof globalThis[name] === 'function' ? [new globalThis[name](...args)] : []);
  const url = new URL('https://user:word@example.org:8443/path?a=1&b=2#hash');
  return [url, url.searchParams, readable, new Transform(), storage, controller, controller.signal, new TextEncoder(), new TextDecoder(),
    crypto.createHash('sha256'), crypto.createHmac('sha256', 'k'), crypto.createSecretKey(Buffer.from('secret')), new Event('e'), new EventTarget(),
    unreferenced(new (require('worker_threads').MessageChannel)().port1), ...of('Headers', { a: 'b' }), ...of('Blob', ['bits']), ...of('FormData'), ...of('BroadcastChannel', 'c').map(unreferenced),
    ...of('Request', 'http://example.org/', { method: 'POST', body: 'x' }), ...of('Response', 'body', { status: 201 }), ...of('ReadableStream'),
    setTimeout(() => {}, 1e9).unref(), setImmediate(() => {}), performance, performance.mark('m'),
    new Intl.NumberFormat('de', { style: 'currency', currency: 'EUR' }), new Intl.Collator('sv'), new Intl.PluralRules('pl'), new Intl.ListFormat('en'),
    new Date(0), new Date(NaN), new Date(8.64e15), /a(?<name>b)[/\]]/dgimsuy, new RegExp('')];
}

function functions() {
  const bound = function original(a, b) { return [this, a, b]; }.bind({ bound: true }, 1);
  async function* feed() { yield 1; await null; }
  const generator = (function* (x) { const y = yield x; return y; })(7);
  generator.next();
  return [bound, Object.assign(function named() {}, { property: 1 }), () => {}, async () => {}, function* () {}, feed, feed(), generator,
    Object.getOwnPropertyDescriptor(Base.prototype, 'upper').get, Base.prototype.has, Math.max, eval, Function.prototype,
    new Proxy(function target() {}, {}), new Proxy(new Proxy([1, 2], {}), { get: Reflect.get }), Proxy.revocable({}, {}).proxy,
    Promise.resolve(new Map([[1, 2]])), new Promise(() => {}), Promise.all([1, Promise.resolve(2)]), (async () => 'value')(), { then() {} }];
}

module.exports = () => [...objects(), ...collections(), ...bytes(), ...platform(), ...functions()];
