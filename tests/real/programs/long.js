// What is long: a source of 50 MB in lines and one of 20 MB in one line, with a function at the end of
// each; a chain of more than 10,000 scopes; and many functions.
'use strict';
const vm = require('vm');
const { facts, tell, collect } = require('./lib/bed');

const lines = '// forty characters of a line, more or less\n'.repeat(1.2e6);
const manyLines = vm.runInThisContext(`${lines}(function lastLine() { return 'L'; })`, { filename: 'lines.js' });
const oneLine = vm.runInThisContext(`/*${'x'.repeat(2e7)}*/(function lastColumn() { return 'C'; })`, { filename: 'one-line.js' });

// Every level is a function inside an eval inside the one before it.
const level = `(function () { var v = n + 1; return function (code, n) { return eval(code); }; })()`;
let chain = (0, eval)(`(function (code, n) { return eval(code); })`);
const levels = 5000;
for (let i = 0; i < levels; i++) chain = chain(level, i);
const deepest = chain(`(function deepest() { return [v, n]; })`, -1);

let functions = '[';
for (let i = 0; i < 30000; i++) functions += `function f${i}() { return ${i}; },\n`;
const many = vm.runInThisContext(`${functions}]`, { filename: 'many.js' });

global.kept = [manyLines, oneLine, deepest, many];
collect();
tell(Object.assign({ program: 'long' }, facts(), {
  line: 1.2e6 + 1, column: 2e7 + 6, levels, many: many.length,
}));
