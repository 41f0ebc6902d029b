// Kinds that few programs use: raw JSON, stacks of disposables, realms, shared structs, externals.
'use strict';

module.exports = ({ expect, kind, keep }) => {
  const made = {};
  const held = { held: 'by a stack' };
  kind(made, 'rawJSON', () => JSON.rawJSON('12345678901234567890'));
  kind(made, 'disposables', () => {
    const stack = new DisposableStack();
    const dispose = () => {};
    stack.adopt(held, dispose);
    stack.defer(dispose);
    return expect(stack, { disposables: [[{ of: held }, { of: dispose }], [{ of: undefined }, { of: dispose }]] });
  });
  kind(made, 'disposed', () => { const stack = new DisposableStack(); stack.defer(() => {}); stack.dispose(); return stack; });
  kind(made, 'asyncDisposables', () => {
    const stack = new AsyncDisposableStack();
    const dispose = async () => {};
    stack.adopt(held, dispose);
    return expect(stack, { disposables: [[{ of: held }, { of: dispose }]] });
  });
  kind(made, 'realm', () => new ShadowRealm());
  kind(made, 'wrappedFunction', () => expect(new ShadowRealm().evaluate('(function wrapped(a) {})'), { preview: 'function wrapped' }));
  kind(made, 'sharedStruct', () => {
    const Shared = keep(new SharedStructType(['first', 'second']));
    return Object.assign(new Shared(), { first: 1, second: 'two' });
  });
  kind(made, 'sharedArray', () => { const array = new SharedArray(3); array[1] = 'one'; return array; });
  kind(made, 'mutex', () => new Atomics.Mutex());
  kind(made, 'condition', () => new Atomics.Condition());
  kind(made, 'external', () => {
    const { TCP, constants } = process.binding('tcp_wrap');
    const external = keep(new TCP(constants.SOCKET))._externalStream;
    if (external === undefined) throw new Error('no external');
    return external;
  });
  return made;
};
