// Plain objects and instances of classes: properties in the object, out of it, in a dictionary; accessors,
// attributes, symbols, private fields, integer keys.
'use strict';

class Base { constructor() { this.inBase = 1; } }
class Derived extends Base {
  constructor() { super(); this.inDerived = 'two'; }
  get computed() { return 3; }
  method() {}
}

module.exports = ({ expect, major }) => {
  const made = {};
  made.empty = {};
  made.small = { a: 1, b: 'two', c: null, d: undefined, e: true, f: false, g: 1.5, h: -0, i: -7 };
  made.order = { z: 1, y: 2, 10: 'ten', x: 3, 2: 'two', w: 4 };

  made.outOf = {};
  for (let i = 0; i < 40; i++) made.outOf['p' + i] = i % 3 ? i : { i };

  made.dictionary = { keep: 'me' };
  for (let i = 0; i < 60; i++) made.dictionary['d' + i] = i;
  for (let i = 0; i < 60; i += 2) delete made.dictionary['d' + i];
  made.dictionary.last = 'last';

  made.accessors = {
    get both() { return 1; }, set both(v) {},
    get only() { return 2; },
    set written(v) {},
    plain: 3,
  };
  made.attributes = Object.defineProperties({}, {
    hidden: { value: 1, enumerable: false, writable: true, configurable: true },
    constant: { value: 2, enumerable: true, writable: false, configurable: true },
    both: { value: 3, enumerable: false, writable: false, configurable: false },
  });
  made.frozen = Object.freeze({ a: 1, b: [1] });
  made.sealed = Object.seal({ a: 1 });

  const symbol = Symbol('described');
  made.symbols = { [symbol]: 1, [Symbol()]: 2, named: 3, [Symbol.iterator]: null };

  made.instance = new Derived();
  made.nullPrototype = Object.assign(Object.create(null), { a: 1 });
  made.doubles = { a: 0.5, b: 1e21, c: 1e-7, d: Infinity, e: -Infinity, f: NaN, g: 2 ** 53, h: -2147483648, i: 2147483647,
    j: 2147483648, k: 5e-324, l: 1.7976931348623157e308, m: 0.1 + 0.2, n: 123456789012345680000, o: 1 / 3, p: 2 ** -44 };
  made.doubles.a += 1;  // mutable
  made.names = { 'with blank': 1, 'quote"d': 2, '': 3, 'caf\u00e9': 4, '\u0434\u0430': 5, 'line\nbreak': 6, '-1': 7, '01': 8,
    4294967295: 9, 4294967294: 10 };
  made.nested = { a: { b: { c: { d: 'deep' } } } };
  made.cycle = { name: 'cycle' };
  made.cycle.self = made.cycle;
  made.changed = { a: 1 };
  made.changed.a = 'now a string';
  made.prototype = Derived.prototype;

  // Private fields need a newer syntax than Node 12 has in all forms: by eval.
  const Private = eval('(class Private { #secret = 42; #list = [1]; open = 1; })');
  made.private = expect(new Private(), { private: [['#secret', { of: 42 }], ['#list', { of: [1] }]] });

  made.integerKeys = { 1: 'a', 5: 'b', 3: 'c', name: 'd' };
  made.manyIntegerKeys = {};
  for (let i = 0; i < 30; i++) made.manyIntegerKeys[i * 1000003] = i;
  made.integerAccessor = Object.defineProperty({}, 7, { get() { return 1; }, enumerable: true });
  return made;
};
