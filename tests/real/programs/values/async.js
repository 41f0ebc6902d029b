// Promises in every state, who awaits them, generators and async functions under way.
'use strict';
const source = require('fs').readFileSync(__filename, 'utf8');

module.exports = async ({ expect, keep }) => {
  const made = {};
  const never = () => new Promise(() => {});
  const state = (promise, name, result) => expect(promise, {
    slots: [['[[PromiseState]]', name], ...(name === 'pending' ? [] : [['[[PromiseResult]]', { of: result }]])],
  });
  made.pending = state(never(), 'pending');
  made.fulfilled = state(Promise.resolve(42), 'fulfilled', 42);
  made.fulfilledObject = state(Promise.resolve({ a: 1 }), 'fulfilled');
  expect(made.fulfilledObject, { slots: [['[[PromiseState]]', 'fulfilled']] });
  made.fulfilledUndefined = state(Promise.resolve(), 'fulfilled', undefined);
  made.rejected = state(Promise.reject('reason'), 'rejected', 'reason');
  made.rejected.catch(() => {});
  made.subclass = state(new (class PromiseChild extends Promise {})(() => {}), 'pending');

  // Reactions in the order they were added.
  const waited = never();
  function first() {}
  function second() {}
  made.then = waited.then(first);
  keep(waited.then(second));
  keep(waited.catch(() => {}));
  made.waited = expect(waited, { slots: [['[[PromiseState]]', 'pending'], ['[[Then 0]]', { of: first }], ['[[Then 1]]', { of: second }]] });

  // Who awaits: the async function, and who awaits that one.
  const gate = never();
  async function inner(argument) { const local = { in: 'inner' }; await gate; return [argument, local]; }
  async function outer() { await made.innerPromise; }
  made.gate = gate;
  made.innerPromise = inner('argument');
  made.outerPromise = outer();
  expect(gate, { slots: [['[[PromiseState]]', 'pending']], awaitedBy: ['inner', 'outer'] });
  state(made.innerPromise, 'pending');
  state(made.outerPromise, 'pending');

  function* generator(a) { const kept = () => a; yield kept; yield 2; return 3; }
  // "async.js:LINE:COLUMN" of the yield or await that a function of this file stopped at.
  const place = (text, word) => {
    const at = source.indexOf(word, source.indexOf(text)), before = source.slice(0, at).split('\n');
    return `async.js:${before.length}:${before[before.length - 1].length + 1}`;
  };
  const at = (g, steps, name) => { for (let i = 0; i < steps; i++) g.next(); return expect(g, { slots: [['[[GeneratorState]]', name], ['[[GeneratorFunction]]', { of: generator }]] }); };
  made.generatorNew = at(generator(1), 0, 'suspended');
  made.generatorYielded = expect(at(generator('two'), 1, 'suspended'), { location: place('function* generator', 'yield kept') });
  made.generatorDone = at(generator(), 4, 'closed');
  async function* asyncGenerator() { yield 1; await gate; }
  made.asyncGenerator = asyncGenerator();
  await made.asyncGenerator.next();
  keep(made.asyncGenerator.next());
  expect(made.asyncGenerator, { slots: [['[[GeneratorState]]', 'suspended'], ['[[GeneratorFunction]]', { of: asyncGenerator }]] });
  made.asyncIterator = asyncGenerator();
  expect(made.asyncIterator, { slots: [['[[GeneratorState]]', 'suspended']] });
  return made;
};
