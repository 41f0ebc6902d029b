// What a value is, in the words of the language itself: the truth that inspecting it in the core is
// compared with. Only what Reflect and the methods of the kind at hand say, no internals.
//
//   {type: "number", value}                  as JSON, but "-0", "NaN", "Infinity", "12n", "Symbol(x)"
//   {type: "string", value, length}          long ones by their start
//   {type: "function", name, props}
//   {type: "object", props, ...}             props: [[name, {enumerable, writable, get, set} or value], ...] in order
//     elements: {length, items: [[index, value], ...]}, entries: [[key, value], ...] or [[value], ...], ...
//   {type: "seen", index}                    an object described before
//
// A part that only its maker can know (the state of a promise, private fields) is given by expect(object, parts),
// which is merged in. Runs on Node 12 to 26.
'use strict';
const { types } = require('util');

const extra = new Map();
function expect(object, parts) {
  extra.set(object, Object.assign(extra.get(object) || {}, parts));
  return object;
}

const LONG = 200;

function primitive(v) {
  if (v === null) return { type: 'null', value: null };
  switch (typeof v) {
    case 'undefined': return { type: 'undefined', value: null };
    case 'number': return { type: 'number', value: Object.is(v, -0) || !isFinite(v) ? (Object.is(v, -0) ? '-0' : String(v)) : v };
    case 'bigint': return { type: 'bigint', value: v + 'n' };
    case 'symbol': return { type: 'symbol', value: String(v) };
    case 'string': return v.length > LONG
      ? { type: 'string', start: v.slice(0, LONG), end: v.slice(-LONG), length: v.length }
      : { type: 'string', value: v, length: v.length };
    default: return { type: 'boolean', value: v };
  }
}

const isIndex = k => typeof k === 'string' && /^(0|[1-9][0-9]{0,9})$/.test(k) && Number(k) < 2 ** 32 - 1;

function own(v, seen, depth, skipped, characters) {
  const props = [], items = [];
  const raw = (extra.get(v) || {}).raw; // looking at its stack would format it
  for (const key of Reflect.ownKeys(v)) {
    if (raw && key === 'stack') continue;
    const d = Reflect.getOwnPropertyDescriptor(v, key);
    const said = {};
    if (!d.enumerable) said.enumerable = false;
    if (d.writable === false) said.writable = false;
    if (d.get) said.get = true;
    if (d.set) said.set = true;
    if (!d.get && !d.set) said.value = inner(d.value, seen, depth);
    if (isIndex(key) && Number(key) < characters) continue;
    if (isIndex(key)) items.push([Number(key), said]);
    else if (!(skipped && skipped(key))) props.push([typeof key === 'symbol' ? { symbol: String(key) } : key, said]);
  }
  return { props, items };
}

function special(v, seen, depth) {
  const said = {};
  const into = list => list.map(e => e.map(x => inner(x, seen, depth)));
  if (types.isMap(v)) said.entries = into(Array.from(Map.prototype.entries.call(v)));
  if (types.isSet(v)) said.entries = into(Array.from(Set.prototype.values.call(v)).map(x => [x]));
  if (types.isDate(v)) said.date = isNaN(v) ? '(invalid)' : v.toISOString();
  if (types.isRegExp(v)) Object.assign(said, { source: v.source, flags: v.flags });
  if (types.isBoxedPrimitive(v)) said.boxed = primitive(v.valueOf ? Object.prototype.valueOf.call(v).valueOf() : v);
  const { detached, outOfBounds } = extra.get(v) || {};
  if (types.isAnyArrayBuffer(v)) said.bytes = detached ? [] : Array.from(new Uint8Array(v));
  if (ArrayBuffer.isView(v)) {
    if (!detached && !outOfBounds) Object.assign(said, { byteOffset: v.byteOffset, byteLength: v.byteLength });
    if (detached || outOfBounds) said.typed = [];
    else if (types.isDataView(v)) said.bytes = Array.from(new Uint8Array(v.buffer, v.byteOffset, v.byteLength));
    else said.typed = Array.from(v, x => primitive(x));
  }
  return said;
}

function inner(v, seen, depth) {
  if (v === null || (typeof v !== 'object' && typeof v !== 'function')) return primitive(v);
  if (seen.has(v)) return { type: 'seen', index: seen.get(v) };
  if (depth === 0) return { type: typeof v };
  seen.set(v, seen.size);
  const given = extra.get(v) || {};
  if (given.shallow) depth = 1; // its own properties, but nothing within them
  if (types.isProxy(v)) return Object.assign({ type: 'object' }, describeParts(given, seen, depth));
  const said = { type: typeof v };
  if (typeof v === 'function') said.name = v.name;
  const view = ArrayBuffer.isView(v) && !types.isDataView(v);
  const { props, items } = own(v, seen, depth - 1, k => view && isIndex(k), types.isStringObject(v) ? v.length : 0);
  said.props = props;
  if (Array.isArray(v)) said.elements = { length: v.length, items };
  else if (!view && items.length) said.elements = { items };
  return Object.assign(said, special(v, seen, depth - 1), describeParts(given, seen, depth - 1));
}

// Values within given parts are wrapped in {of: value}.
function describeParts(parts, seen, depth) {
  const said = {};
  for (const key of Object.keys(parts)) {
    const part = parts[key];
    said[key] = Array.isArray(part) ? part.map(p => describePart(p, seen, depth)) : describePart(part, seen, depth);
  }
  return said;
}
function describePart(part, seen, depth) {
  if (part && typeof part === 'object' && Object.prototype.hasOwnProperty.call(part, 'of'))
    return inner(part.of, seen, depth);
  if (Array.isArray(part)) return part.map(p => describePart(p, seen, depth));
  return part;
}

const describe = (v, depth = 6) => inner(v, new Map(), depth);
module.exports = { describe, expect, primitive };
