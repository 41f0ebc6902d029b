// Map, Set and their iterators, WeakMap, WeakSet, WeakRef, FinalizationRegistry.
'use strict';

const drop = (collection, every) => {
  let i = 0;
  for (const key of Array.from(collection.keys())) if (i++ % every === 0) collection.delete(key);
  return collection;
};

module.exports = ({ expect, keep, kind }) => {
  const made = {};
  const key = { a: 'key' };
  made.emptyMap = new Map();
  made.emptySet = new Set();
  made.map = new Map([['a', 1], [1, 'number'], [key, 'object'], [NaN, 'nan'], [-0, 'zero'], [null, null], [undefined, 2],
    [1.5, 'double'], [10n, 'bigint'], [Symbol('s'), 'symbol'], ['', 'empty'], [true, false]]);
  made.set = new Set(['a', 1, key, NaN, null, undefined, [1, 2]]);
  made.deleted = drop(new Map(Array.from({ length: 20 }, (_, i) => ['k' + i, i])), 4);
  made.deletedSet = drop(new Set(Array.from({ length: 20 }, (_, i) => i)), 3);
  made.large = new Map(Array.from({ length: 3000 }, (_, i) => [i, { i }]));
  made.largeDeleted = drop(new Set(Array.from({ length: 3000 }, (_, i) => 'v' + i)), 3);
  made.cleared = new Map([[1, 1]]); made.cleared.clear(); made.cleared.set('after', 'clear');
  made.reordered = new Map([['a', 1], ['b', 2], ['c', 3]]); made.reordered.delete('a'); made.reordered.set('a', 4);
  made.mapWithProperty = Object.assign(new Map([[1, 2]]), { name: 'named' });
  made.subclass = new (class MapChild extends Map {})([['x', 'y']]);

  // What an iterator has still to visit.
  const iterator = (name, it, steps, rest) => {
    for (let i = 0; i < steps; i++) it.next();
    made[name] = expect(it, { iterates: rest });
    return it;
  };
  const of = list => list.map(e => e.map(x => ({ of: x })));
  const source = keep(new Map([['a', 1], ['b', 2], ['c', 3], ['d', 4]]));
  iterator('entriesIterator', source.entries(), 1, of([['b', 2], ['c', 3], ['d', 4]]));
  iterator('keysIterator', source.keys(), 2, of([['c'], ['d']]));
  iterator('valuesIterator', source.values(), 0, of([[1], [2], [3], [4]]));
  iterator('doneIterator', source.values(), 5, []);
  const setSource = keep(new Set(['x', 'y', 'z']));
  iterator('setIterator', setSource.values(), 1, of([['y'], ['z']]));
  iterator('setEntriesIterator', setSource.entries(), 2, of([['z']]));
  // The table is replaced under the iterator: by growing, by deleting much, by clearing.
  const growing = keep(new Map([[0, 'a'], [1, 'b'], [2, 'c']]));
  const onGrowing = iterator('grownIterator', growing.keys(), 2, of(Array.from({ length: 98 }, (_, i) => [i + 2])));
  for (let i = 3; i < 100; i++) growing.set(i, 'x');
  const shrinking = keep(new Map(Array.from({ length: 64 }, (_, i) => [i, i])));
  iterator('shrunkIterator', shrinking.keys(), 40, of([60, 61, 62, 63].map(x => [x])));
  for (let i = 0; i < 60; i++) shrinking.delete(i);
  const clearing = keep(new Set([1, 2, 3]));
  iterator('clearedIterator', clearing.values(), 2, of([['new']]));
  clearing.clear();
  clearing.add('new');

  const object = keep({ object: 'alive' }), other = keep({ object: 'alive too' });
  made.weakMap = expect(new WeakMap([[object, 'value'], [other, { v: 1 }]]), { weakEntries: [[{ of: object }, { of: 'value' }], [{ of: other }, { of: { v: 1 } }]] });
  made.weakSet = expect(new WeakSet([object]), { weakEntries: [[{ of: object }]] });
  made.weakSetDeleted = new WeakSet([object, other]);
  made.weakSetDeleted.delete(object);
  expect(made.weakSetDeleted, { weakEntries: [[{ of: other }]] });
  kind(made, 'weakRef', () => expect(new WeakRef(object), { target: { of: object } }));
  kind(made, 'cleared2', () => expect(new WeakRef({ gone: true }), { target: 'cleared' }));
  kind(made, 'registry', () => {
    const registry = new FinalizationRegistry(function cleanup() {});
    registry.register(object, 'held one');
    registry.register(other, { held: 'two' }, other);
    return expect(registry, { cells: [[{ of: other }, { of: { held: 'two' } }], [{ of: object }, { of: 'held one' }]] });
  });
  return made;
};
