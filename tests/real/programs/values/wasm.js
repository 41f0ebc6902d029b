// Objects of WebAssembly.
'use strict';

// (module (memory (export "memory") 1 3) (table (export "table") 2 funcref) (global (export "global") (mut i32) 7)
//   (func (export "answer") (result i32) i32.const 42) (elem 0 0))
const bytes = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 4, 4, 1, 0x70, 0, 2,
  5, 4, 1, 1, 1, 3, 6, 6, 1, 0x7f, 1, 0x41, 7, 0x0b, 7, 36, 4, 6, ...Buffer.from('memory'), 2, 0, 5, ...Buffer.from('table'), 1, 0,
  6, ...Buffer.from('global'), 3, 0, 6, ...Buffer.from('answer'), 0, 0, 9, 7, 1, 0, 0x41, 0, 0x0b, 1, 0, 10, 6, 1, 4, 0, 0x41, 42, 0x0b];

module.exports = ({ expect, kind, keep, major }) => {
  const made = {};
  const module = made.module = new WebAssembly.Module(Uint8Array.from(bytes));
  const instance = new WebAssembly.Instance(module);
  made.instance = expect(instance, { slots: [['[module_object]', { of: module }], ['[exports_object]', { of: instance.exports }]] });
  made.exports = expect(instance.exports, { shallow: true });
  made.answer = expect(instance.exports.answer, { shallow: true });
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 3 });
  const buffer = keep(memory.buffer); // is made when first asked for
  new Uint8Array(buffer)[0] = 1;      // memory that was never written to is in no core
  made.memory = expect(memory, { slots: [['[array_buffer]', { of: expect(buffer, { shallow: true }) }], ['[maximum_pages]', { of: 3 }]] });
  const table = new WebAssembly.Table({ initial: 2, maximum: 9, element: 'anyfunc' });
  table.set(1, instance.exports.answer);
  made.table = expect(table, { slots: [['[maximum_length]', { of: 9 }], ...(major >= 14 ? [['[current_length]', { of: 2 }]] : [])] });
  for (const [type, value] of [['i32', -42], ['f32', 1.5], ['f64', 0.1]])
    kind(made, 'global_' + type, () => expect(new WebAssembly.Global({ value: type, mutable: true }, value), { slots: [['[[Value]]', { of: value }]] }));
  kind(made, 'global_i64', () => expect(new WebAssembly.Global({ value: 'i64' }, -5n), { slots: [['[[Value]]', { of: -5n }]] }));
  kind(made, 'global_externref', () => {
    const held = { held: 'by a global' };
    return expect(new WebAssembly.Global({ value: 'externref', mutable: true }, held), { slots: [['[[Value]]', { of: held }]] });
  });
  kind(made, 'tag', () => new WebAssembly.Tag({ parameters: ['i32'] }));
  kind(made, 'exception', () => new WebAssembly.Exception(made.tag, [7]));
  kind(made, 'suspending', () => {
    const callable = () => {};
    return expect(new WebAssembly.Suspending(callable), { slots: [['[callable]', { of: callable }]] });
  });
  return made;
};
