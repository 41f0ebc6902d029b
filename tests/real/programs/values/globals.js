// Global objects, module namespaces, contexts of vm, objects that C++ made.
'use strict';
const vm = require('vm');

module.exports = async ({ expect, major, keep }) => {
  const made = {};
  const context = vm.createContext({ sandboxed: 1 });
  vm.runInContext('var inContext = [1, 2]; let lexical = 3; class Inside {}; instance = new Inside();', context);
  made.sandbox = context;
  made.fromContext = vm.runInContext('({ made: "inside", list: [1], at: new Date(0) })', context);
  made.math = Math;
  made.json = JSON;
  made.reflect = Reflect;
  made.intl = typeof Intl === 'object' ? new Intl.NumberFormat('en') : {};
  made.url = new URL('https://example.org/path?x=1');
  made.textEncoder = new TextEncoder();
  made.weird = (() => { const o = {}; o.__proto__ = Array.prototype; o.length = 2; o[0] = 'a'; return o; })();
  made.stringIterator = 'abc'[Symbol.iterator]();
  made.arrayIterator = [1, 2, 3][Symbol.iterator]();
  made.regexpIterator = 'aXbX'.matchAll(/X/g);
  made.namespace = await import('data:text/javascript,export const a = 1; export let b = { c: 2 }; export default function named() {};' +
    'export { b as again }; export class Exported {}; export let late; late = [1, 2];');
  made.builtinNamespace = expect(await import('path'), { shallow: true });
  Object.getOwnPropertyDescriptors(globalThis); // some come to be when they are looked at
  made.global = expect(globalThis, { shallow: true });
  const { TCP, constants } = process.binding('tcp_wrap');
  made.tcp = expect(new TCP(constants.SOCKET), { native: 'node::TCPWrap' });
  return made;
};
