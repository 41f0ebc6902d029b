// A web application under load, and 200 of its objects with what util.inspect says of each.
//   webapp.js APPLICATION [SNAPSHOT]   the module of one of webapp/*.js, where its packages are installed;
//                                      file to which V8 writes a heap snapshot
// The objects are picked by a generator with a seed from all that the global object leads to and all that is in the
// heap, as V8's inspector finds it: one of each of many kinds, and any; before them all of webapp/kinds.js. They are
// in the list of the one instance of class Picked. With a snapshot only what the global object leads to: the others
// would make Node's own objects part of the program (V8 draws the data of a WebAssembly.Instance as its fields).
'use strict';
const fs = require('fs');
const http = require('http');
const { Session } = require('inspector');
const { inspect, types } = require('util');
const v8 = require('v8');
const { collect, pause } = require('./lib/bed');
const { describe } = require('./lib/describe');

const REQUESTS = 1500, CLIENTS = 16, WAITING = 3, PICKED = 200, MOST_PROPERTIES = 3000,
  MOST_BYTES = 1e5, MOST_TEXT = 3e5;

function request(port, agent, method, path, body) {
  return new Promise((resolve, reject) => {
    const text = body && JSON.stringify(body);
    const headers = Object.assign({ 'x-session': `s${Math.floor(path.length % 9)}` },
      text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    const made = http.request({ host: '127.0.0.1', port, agent, method, path, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    made.on('error', reject).end(text);
  });
}

async function load(port, agent) {
  let next = 0;
  const client = async () => {
    for (let i = next++; i < REQUESTS; i = next++) {
      if (i % 3 === 0) await request(port, agent, 'POST', '/orders', { id: i });
      else await request(port, agent, 'GET', `/orders/${i - (i % 5)}`);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return Array.from({ length: WAITING }, () => request(port, agent, 'GET', '/wait').catch(() => {}));
}

let state = 20231105;
function random(below) { // xorshift32
  state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
  return (state >>> 0) % below;
}

const isObject = (v) => v !== null && (typeof v === 'object' || typeof v === 'function');

// What an object leads to, without running any code of its own.
function* leadsTo(object) {
  if (types.isProxy(object)) return;
  yield Object.getPrototypeOf(object);
  let left = MOST_PROPERTIES;
  for (const key of Reflect.ownKeys(object)) {
    if (left-- === 0 || (ArrayBuffer.isView(object) && typeof key === 'string' && key < 'A')) break;
    const found = Reflect.getOwnPropertyDescriptor(object, key);
    yield found.value; yield found.get; yield found.set;
  }
  if (types.isMap(object)) for (const [key, value] of Map.prototype.entries.call(object)) { yield key; yield value; }
  if (types.isSet(object)) yield* Set.prototype.values.call(object);
  if (ArrayBuffer.isView(object)) yield object.buffer;
}

// What cannot be compared: what C++ computes when asked (process.env), what is too large to be told, and what is
// not there to be looked at (a binding of a module that does not run yet, a buffer that was given away).
function isComparable(object) {
  if (types.isProxy(object)) return true;
  try {
    if (object === process.env || object.detached === true || object.buffer?.detached === true) return false;
    return !(object.byteLength > MOST_BYTES || object.buffer?.byteLength > MOST_BYTES) && JSON.stringify(describe(object, 1)).length < MOST_TEXT;
  } catch {
    return false;
  }
}

// Every object in the heap that inherits from Object.prototype, reachable by properties or not.
function inHeap() {
  const session = new Session(), name = '__everything';
  const ask = (method, params) => {
    let answer;
    session.post(method, params, (error, result) => { if (error) throw error; answer = result; });
    return answer;
  };
  session.connect();
  const { result } = ask('Runtime.evaluate', { expression: 'Object.prototype' });
  const { objects } = ask('Runtime.queryObjects', { prototypeObjectId: result.objectId });
  ask('Runtime.callFunctionOn', { objectId: objects.objectId, functionDeclaration: `function () { globalThis.${name} = this; }` });
  session.disconnect();
  const found = globalThis[name];
  delete globalThis[name];
  return found;
}

function reachable(roots) {
  const seen = new Set(roots);
  for (const object of seen) // a Set may grow while it is gone through
    for (const next of leadsTo(object)) if (isObject(next)) seen.add(next);
  return seen;
}

function kindOf(object) {
  if (types.isProxy(object)) return 'Proxy';
  for (let at = object; at !== null && !types.isProxy(at); at = Object.getPrototypeOf(at)) {
    const found = Reflect.getOwnPropertyDescriptor(at, 'constructor');
    if (found && typeof found.value === 'function') {
      if (at === object) return 'prototype';
      const large = Reflect.ownKeys(object).length > 100 ? ' large' : '';
      return Object.prototype.toString.call(object) + found.value.name + large;
    }
  }
  return 'null';
}

const taken = (list) => list.splice(random(list.length), 1)[0];

function pick(objects) {
  const kinds = new Map();
  for (const object of objects) {
    if (!types.isProxy(object) && Reflect.ownKeys(object).length > MOST_PROPERTIES) continue;
    const kind = kindOf(object);
    if (!kinds.has(kind)) kinds.set(kind, []);
    kinds.get(kind).push(object);
  }
  const picked = [], lists = [...kinds.values()];
  // Describing more of them would have V8 compile more, and change code between the snapshot and the core.
  const add = (object) => { if (process.argv[3] || isComparable(object)) picked.push(object); };
  while (picked.length < PICKED * 3 / 4 && lists.length > 0) add(taken(taken(lists)));
  const rest = [...kinds.values()].flat();
  while (picked.length < PICKED) add(taken(rest));
  return { picked, kinds: kinds.size };
}

// Custom ways of inspecting (Buffer, URL) show what the class wants to show, not what there is.
const say = (value, depth) => inspect(value, { depth, customInspect: false, breakLength: Infinity, maxArrayLength: 20, maxStringLength: 200 });

// As util.inspect shows an object in another one.
function nested(object) {
  const said = {};
  if (types.isProxy(object)) return said;
  for (const key of Reflect.ownKeys(object)) {
    const found = Reflect.getOwnPropertyDescriptor(object, key);
    if (isObject(found.value) && !types.isProxy(found.value)) said[String(key)] = say(found.value, -1);
  }
  return said;
}

// Classes that go by another name than they were defined with: a bundler defines "name" anew. V8 and DevTools
// name their objects by the definition, util.inspect by the property.
function renamed(objects) {
  const pairs = new Set();
  for (const object of objects) {
    if (typeof object !== 'function' || types.isProxy(object)) continue;
    const name = Reflect.getOwnPropertyDescriptor(object, 'name')?.value;
    const defined = /^class ([\w$]+)/.exec(Function.prototype.toString.call(object));
    if (defined && typeof name === 'string' && defined[1] !== name) pairs.add(`${name} ${defined[1]}`);
  }
  return [...pairs].map((pair) => pair.split(' '));
}

// From here on functions keep the code they have: what other threads are compiling is taken over, and nothing new is
// begun. Code made between the snapshot and the core would hold what the snapshot does not know of.
async function keepCode() {
  for (const flag of ['--no-opt', '--no-maglev', '--no-sparkplug', '--no-use-osr', '--no-flush-bytecode'])
    v8.setFlagsFromString(flag); // a flag that this V8 does not have does nothing
  for (let i = 0; i < 25; i++) {
    pause(20);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

// Pick objects and say what they are; what is needed for that is garbage afterwards.
function report(root, store) {
  const objects = reachable([globalThis, ...process._getActiveHandles(), ...(process.argv[3] ? [] : inHeap())]);
  const { picked, kinds } = pick(objects);
  root.list = [...store.kinds, ...picked];
  const truth = { node: process.version, reachable: objects.size, kinds, known: store.kinds.length, renamed: renamed(objects), picked: [] };
  for (const object of root.list) {
    const tag = types.isProxy(object) ? 'Proxy' : kindOf(object);
    truth.picked.push({ kind: tag, inspect: say(object, 0), proxy: types.isProxy(object), callable: typeof object === 'function', is: describe(object, 1), nested: nested(object) });
  }
  return Buffer.from(JSON.stringify(truth) + '\n');
}

class Picked {}

(async () => {
  const root = new Picked();
  global.__picked = root;
  const { app, server, store } = await require(process.argv[2])();
  const agent = new http.Agent({ keepAlive: true, maxSockets: CLIENTS });
  Object.assign(global, { application: app, server, store, agent });
  store.kinds = process.argv[3] ? [] : require('./webapp/kinds')();
  global.waiting = await load(server.address().port, agent);
  while (store.waiting.length < WAITING) await new Promise((resolve) => setTimeout(resolve, 10));
  if (process.argv[3]) await keepCode(); // before anything is said: time changes lists of timers
  collect();
  const text = report(root, store);
  const tell = (bytes) => { for (let told = 0; told < bytes.length;) told += fs.writeSync(1, bytes, told) || 0; };
  if (process.argv[3]) {
    for (let i = 0; i < 2; i++) { tell(Buffer.from(' ')); pause(1); } // compiles what runs after the snapshot
    v8.writeHeapSnapshot(process.argv[3]);
  }
  tell(text);
  for (;;) pause(Infinity);
})();
