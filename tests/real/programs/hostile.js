// Everything a process can name, named to harm a terminal: escape sequences (7 and 8 bits), controls, bidi
// and format characters, marks without a base, halves of surrogate pairs, and names of 10 KB.
'use strict';
const { tell, facts } = require('./lib/bed');
const vm = require('vm');

const parts = [
  '\x1b[99;99H', '\x1b[2J', '\x1b]0;HOSTILE\x07', '\x1b]52;c;SE9TVElMRQ==\x1b\\', '\x1bP+q544e\x1b\\', '\x1b[?1049l',
  '\x1b[5n', '\x1bc', '\x9b31m', '\x9d0;HOSTILE\x9c', '\x90q\x9c', '\x00', '\x07', '\b\b\b', '\t', '\r\n', '\v\f', '\x0e',
  '\x7f', '\x85', '\u2028', '\u202e', '\u2066', '\u200b', '\u200d', '\ufeff', '\u00ad', '\u061c', '\ufff9',
  '\ud800', '\udfff', '\u{e0001}', '\u0301\u0301\u0301', '\u{1f600}', '\u{1f468}\u200d\u{1f469}', '\u{6f22}', '\uffff',
];
const all = parts.join('x');
const names = [...parts.map((part) => `HOSTILE${part}end`), all, 'n'.repeat(10240), all.repeat(100)];

global.kept = names.map((name, i) => {
  const { [name]: Class } = { [name]: class { constructor() { this[name] = name; this.copy = [name, Buffer.from(name)]; } } };
  const { [name]: closure } = { [name]: () => i };
  const object = new Class();
  object.error = new Error(name);
  object.symbol = Symbol(name);
  object.closure = closure;
  object.expression = /x/;
  object.map = new Map([[name, new Set([name])]]);
  return object;
});
// Names of scripts and of variables, and source text.
global.scripts = names.slice(0, -2).map((name) => vm.runInThisContext(
  `(function () { const held${'\u{6f22}'} = ${JSON.stringify(all)}; return function inner() { return held\u{6f22}; /* ${
    name.replace(/[\r\n\u2028\u2029]|\*\//g, '')} */ } })()`, { filename: name.replace(/\0/g, '') }));
process.title = '\x1b]0;HOSTILE\x07';

tell(Object.assign({ program: 'hostile', names: names.length }, facts(), { title: '', env: {} }));
