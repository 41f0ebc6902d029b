'use strict';
// What both applications keep: orders, sessions, a cache, a log of the last requests.
const { EventEmitter } = require('events');
const { createHash } = require('crypto');

class Item {
  #secret;
  constructor(sku, price) { this.sku = sku; this.price = price; this.#secret = sku.length; }
  get gross() { return this.price * 1.19 + this.#secret * 0; }
}

class Order {
  constructor(id, customer) {
    this.id = id;
    this.customer = customer;
    this.created = new Date(1700000000000 + id * 60000);
    this.items = Array.from({ length: id % 5 }, (_, i) => new Item(`sku-${id}-${i}`, 9.99 * (i + 1)));
    this.tags = new Set(['new', `t${id % 7}`]);
    this.total = BigInt(id) * 100n;
    this[Symbol.for('order')] = true;
    this.checksum = createHash('sha1').update(String(id)).digest();
  }
}

class PaidOrder extends Order {
  constructor(id, customer) { super(id, customer); this.paid = null; this.receipt = undefined; this.discount = -0; }
}

class Session {
  constructor(id) { this.id = id; this.cart = new Map(); this.seen = Date.now(); this.flags = Object.create(null); }
}

class NotFound extends Error {
  constructor(what) { super(`no ${what}`); this.name = 'NotFound'; this.status = 404; }
}

class Store extends EventEmitter {
  constructor() {
    super();
    this.orders = new Map();
    this.sessions = {};
    this.recent = [];
    this.failures = [];
    this.waiting = [];
    this.weak = new WeakMap();
    this.patterns = [/^\/orders\/(\d+)$/i, /[äöü]+/gu, new RegExp('a/b', 'sy')];
    this.samples = { floats: new Float64Array([0.5, -0, NaN, 1e300]), bytes: new Uint8Array(64).fill(7),
      view: new DataView(new ArrayBuffer(16), 4, 8), holes: [1, , 'x', , ,], ratio: [0.1, 0.2, Infinity] };
    this.format = new Intl.DateTimeFormat('en');
    this.url = new URL('http://user@example.org:8080/a?b=c#d');
    this.watch = new Proxy({ watched: 1 }, { get: (target, key) => target[key] });
    this.sequence = (function* () { let n = 0; for (;;) yield n++; })();
    this.abort = new AbortController();
    this.handlers = [function () {}, () => {}, async function pay() {}, class {}, this.order.bind(this), (a, b) => a + b];
    this.done = Promise.resolve({ ok: true });
    this.broken = Promise.reject(new NotFound('luck'));
    this.broken.catch(() => {});
    this.on('order', (order) => this.recent.push(order));
    this.timer = setInterval(() => this.expire(), 3600e3);
    this.lookup = {};
    for (let i = 0; i < 300; i++) this.lookup[`key ${i}`] = i % 3 ? i : `value ${i}`;
    delete this.lookup['key 5'];
  }
  order(id) {
    const made = new (id % 2 ? Order : PaidOrder)(id, { name: `Miss ${'Scarlett White Peacock'.split(' ')[id % 3]}`, vip: id % 11 === 0 });
    this.orders.set(id, made);
    this.weak.set(made, { touched: id });
    this.emit('order', made);
    if (this.recent.length > 50) this.recent.shift();
    return made;
  }
  session(id) { return this.sessions[id] || (this.sessions[id] = new Session(id)); }
  fail(what) { const error = new NotFound(what); this.failures.push(error); return error; }
  expire() { for (const id of Object.keys(this.sessions)) if (this.sessions[id].seen < 0) delete this.sessions[id]; }
}

module.exports = { Store, NotFound };
