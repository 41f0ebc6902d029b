// Iterators: of arrays, strings and matches, iterator helpers, wrapped ones. What each goes over, what it
// calls, and how far it is.
'use strict';

module.exports = ({ expect, kind, keep }) => {
  const made = {};
  const slots = (object, list) => expect(object, { slots: list });
  const array = keep([1, 2, 3, 4]);
  const over = steps => { const it = array.values(); for (let i = 0; i < steps; i++) it.next(); return it; };
  const double = x => [x, x];
  const helper = (name, make, steps, list) => kind(made, name, () => {
    const it = make(over(0));
    for (let i = 0; i < steps; i++) it.next();
    return slots(it, [['[underlying_next]', { of: over(0).next }], ...list]);
  });

  made.array = slots(over(1), [['[iterated_object]', { of: array }], ['[next_index]', { of: 1 }]]);
  made.arrayDone = over(5);
  const text = 'a\ud83c\udf0ac';
  const string = text[Symbol.iterator]();
  string.next(); string.next();
  made.string = slots(string, [['[string]', { of: text }], ['[index]', { of: 3 }]]);
  kind(made, 'matches', () => {
    const it = 'aXbX'.matchAll(/X/g);
    it.next();
    return slots(it, [['[iterated_string]', { of: 'aXbX' }]]);
  });

  helper('map', it => it.map(double), 2, [['[mapper]', { of: double }], ['[counter]', { of: 2 }]]);
  helper('filter', it => it.filter(double), 1, [['[predicate]', { of: double }], ['[counter]', { of: 1 }]]);
  helper('take', it => it.take(3), 1, [['[remaining]', { of: 2 }]]);
  helper('drop', it => it.drop(2), 0, [['[remaining]', { of: 2 }]]);
  helper('flatMap', it => { if (!it.drop) throw new Error('no iterator helpers'); return it.flatMap(double); }, 1,
    [['[mapper]', { of: double }], ['[counter]', { of: 1 }]]);
  kind(made, 'concat', () => {
    const it = Iterator.concat(array, [5]);
    it.next();
    return slots(it, [['[current]', { of: 0 }]]);
  });
  kind(made, 'wrapped', () => {
    const under = { next() { return { done: true }; } };
    return slots(Iterator.from(under), [['[underlying_object]', { of: under }], ['[underlying_next]', { of: under.next }]]);
  });
  return made;
};
