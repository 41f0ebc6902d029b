// Functions of every kind, with what V8 knows of them: name, kind, source, place, how many closures, and
// the variables that closures hold. Every function has a text that nothing else has, so the source finds it.
//
//   functions  {id, name, source, script, line, column, closures, kind, lazy}  line and column count from 1
//   scopes     {id, scopes: [{kind, variables: {name: text of the value}}]}     innermost first, up to the
//              scope of the file
//
// With --inspect nothing waits: the program asks V8's own debugger for the place and the scopes of every
// function, and prints that. (In a process of its own, because asking changes the heap.)
// Runs on Node 12 to 26.
'use strict';
const fs = require('fs');
const path = require('path');
const vm = require('vm');
const { facts, tell, collect } = require('./lib/bed');

const inspecting = process.argv.includes('--inspect');
const line = process.versions.v8.split('.').map(Number);
const kept = global.kept = [];       // {id, fn}: what the dump is searched for
const functions = [], scopes = [];
const sources = { [__filename]: { text: fs.readFileSync(__filename, 'utf8'), line: 0, column: 0 } };

const lineEnd = /\r\n|[\n\r\u2028\u2029]/;
function place(script, text) {
  const source = sources[script];
  const at = source.text.indexOf(text);
  if (at < 0 || source.text.indexOf(text, at + 1) >= 0) throw new Error('not once in ' + script + ': ' + text);
  const before = source.text.slice(0, at).split(lineEnd);
  const last = before[before.length - 1].length;
  return { line: before.length + source.line, column: last + 1 + (before.length === 1 ? source.column : 0) };
}

// `where` overrides what the function object says, for what JavaScript cannot ask.
function keep(id, fn, kind, where = {}) {
  kept.push({ id, fn });
  const script = where.script || __filename;
  const source = where.source || Function.prototype.toString.call(fn);
  functions.push(Object.assign({ id, name: fn.name, kind, source, script, closures: 1, lazy: false },
    where.nowhere ? {} : place(script, where.text || source), where));
  return fn;
}

// --- every kind of function ----------------------------------------------------------------------

function declared(a, b) { return 'F:declared' + a + b; }
declared(1, 2);
keep('declared', declared, 'function');
keep('lazy', function lazyNamed(a) { return 'F:lazy' + a; }, 'function', { lazy: true });
const assigned = function () { return 'F:assigned'; };
assigned();
keep('assigned', assigned, 'function');
const arrow = (a, b = 2) => { return 'F:arrow' + a + b; };
arrow(1);
keep('arrow', arrow, 'arrow function');
const expressionArrow = a => 'F:expressionArrow' + a;
keep('expressionArrow', expressionArrow, 'arrow function', { lazy: true });
async function asyncDeclared() { await null; return 'F:asyncDeclared'; }
keep('asyncDeclared', asyncDeclared, 'async function', { lazy: true });
const asyncArrow = async () => { await null; return 'F:asyncArrow'; };
keep('asyncArrow', asyncArrow, 'async arrow function', { lazy: true });
function* generator() { yield 'F:generator'; }
keep('generator', generator, 'generator function', { lazy: true });
async function* asyncGenerator() { yield 'F:asyncGenerator'; }
keep('asyncGenerator', asyncGenerator, 'async generator function', { lazy: true });

const computed = 'computed' + 'Key', symbolKey = Symbol('symbolKey');
const literal = {
  method(a) { return 'F:method' + a; },
  async asyncMethod() { return 'F:asyncMethod'; },
  * generatorMethod() { yield 'F:generatorMethod'; },
  async * asyncGeneratorMethod() { yield 'F:asyncGeneratorMethod'; },
  get accessor() { return 'F:getter'; },
  set accessor(v) { this.set = 'F:setter' + v; },
  property: function () { return 'F:property'; },
  arrowProperty: () => 'F:arrowProperty',
  'quoted name'() { return 'F:quoted'; },
  12() { return 'F:numeric'; },
  [computed]() { return 'F:computed'; },
  [symbolKey]() { return 'F:symbol'; },
};
literal.method(1); literal.asyncMethod().then(() => 0); literal.property();
const accessor = Object.getOwnPropertyDescriptor(literal, 'accessor');
keep('method', literal.method, 'method');
keep('asyncMethod', literal.asyncMethod, 'async method');
keep('generatorMethod', literal.generatorMethod, 'generator method', { lazy: true });
keep('asyncGeneratorMethod', literal.asyncGeneratorMethod, 'async generator method', { lazy: true });
keep('getter', accessor.get, 'getter', { lazy: true });
keep('setter', accessor.set, 'setter', { lazy: true });
keep('property', literal.property, 'function');
keep('arrowProperty', literal.arrowProperty, 'arrow function', { lazy: true });
keep('quoted', literal['quoted name'], 'method', { lazy: true });
keep('numeric', literal[12], 'method', { lazy: true });
keep('computed', literal[computed], 'method', { lazy: true, name: undefined });
keep('symbol', literal[symbolKey], 'method', { lazy: true, name: undefined });

// Names that V8 infers, where JavaScript gives none.
const place1 = {}, space = { deeper: {} };
place1.handler = function () { return 'F:inferredMember'; };
space.deeper.handler = function () { return 'F:inferredDeeper'; };
place1.handler();
keep('inferredMember', place1.handler, 'function', { name: 'place1.handler' });
keep('inferredDeeper', space.deeper.handler, 'function', { name: 'space.deeper.handler', lazy: true });
keep('callback', (f => f)(function () { return 'F:callback'; }), 'function', { name: '(anonymous)', lazy: true });
keep('named expression', function self(n) { return n ? self(n - 1) : 'F:self'; }, 'function', { lazy: true });
keep('named expression, compiled', function selfCalled(n) { return n ? selfCalled(n - 1) : 'F:selfCalled'; }, 'function')(2);

// --- classes -------------------------------------------------------------------------------------

class Base {
  constructor(a) { this.a = 'F:Base' + a; }
  method() { return 'F:Base.method'; }
  static statical() { return 'F:Base.statical'; }
  get value() { return 'F:Base.value'; }
  set value(v) { this.a = 'F:Base.set' + v; }
  static get staticValue() { return 'F:Base.staticValue'; }
}
class Derived extends Base {
  constructor() { super(1); this.derived = 'F:Derived'; }
}
class NoConstructor { only() { return 'F:NoConstructor'; } }
class DerivedNoConstructor extends Base { only() { return 'F:DerivedNoConstructor'; } }
const ClassExpression = class { constructor() { this.x = 'F:ClassExpression'; } };
const NamedClassExpression = class Inner { constructor() { this.x = 'F:NamedClassExpression'; } };
new Base(1); new Derived(); new NoConstructor(); new DerivedNoConstructor(); new ClassExpression();
keep('Base', Base, 'class constructor');
keep('Base.method', Base.prototype.method, 'method', { lazy: true });
keep('Base.statical', Base.statical, 'method', { lazy: true });
keep('Base.value', Object.getOwnPropertyDescriptor(Base.prototype, 'value').get, 'getter', { lazy: true });
keep('Base.set', Object.getOwnPropertyDescriptor(Base.prototype, 'value').set, 'setter', { lazy: true });
keep('Base.staticValue', Object.getOwnPropertyDescriptor(Base, 'staticValue').get, 'getter', { lazy: true });
keep('Derived', Derived, 'derived class constructor');
keep('NoConstructor', NoConstructor, 'class constructor');
keep('DerivedNoConstructor', DerivedNoConstructor, 'derived class constructor');
keep('ClassExpression', ClassExpression, 'class constructor');
keep('NamedClassExpression', NamedClassExpression, 'class constructor', { lazy: true });

// What only newer versions can parse, in scripts of their own.
function script(name, text, options = {}) {
  sources[name] = { text, line: options.lineOffset || 0, column: options.columnOffset || 0 };
  return new vm.Script(text, Object.assign({ filename: name }, options)).runInThisContext();
}
function supported(text) {
  try { new vm.Script(text); return true; } catch (e) { return false; }
}
const fields = `
class Fields {
  open = 'F:Fields.open';
  #hidden = 'F:Fields.hidden';
  static counter = 'F:Fields.counter';
  arrowField = () => 'F:arrowField' + this.#hidden;
  reveal() { return 'F:reveal' + this.#hidden; }
}
new Fields().reveal();
Fields`;
if (supported(fields)) {
  const Fields = script('fields.js', fields);
  keep('Fields', Fields, 'class constructor', { script: 'fields.js' });
  keep('reveal', Fields.prototype.reveal, 'method', { script: 'fields.js' });
  keep('arrowField', new Fields().arrowField, 'arrow function', { script: 'fields.js', lazy: true });
}
// A static part before a field, and after: V8 makes one function of the static and one of the other parts.
for (const [name, text] of [['static-first.js', `class A { static a = 'F:a'; b = 'F:b'; }; new A(); A`],
  ['static-last.js', `class B { a = 'F:a'; static b = 'F:b'; }; new B(); B`]])
  if (supported(text)) kept.push({ id: name, fn: script(name, text) });
const privates = `
(() => {
  const found = {};
  class Privates {
    #method() { return 'F:#method'; }
    get #getter() { return 'F:#getter'; }
    static #statical() { return 'F:#statical'; }
    static take() { return Privates.#statical; }
    take() { const all = [this.#method]; this.#getter; return all; }
  }
  found.Privates = Privates;
  found.method = new Privates().take()[0];
  found.statical = Privates.take();
  return found;
})()`;
if (supported(privates)) {
  const found = script('privates.js', privates);
  keep('#method', found.method, 'method', { script: 'privates.js', lazy: true });
  keep('#statical', found.statical, 'method', { script: 'privates.js', lazy: true });
  keep('Privates', found.Privates, 'class constructor', { script: 'privates.js' });
}
const blocks = `class StaticBlock { static { this.made = function () { return 'F:inStaticBlock'; }; } }; StaticBlock`;
if (supported(blocks))
  keep('inStaticBlock', script('static-block.js', blocks).made, 'function',
       { script: 'static-block.js', lazy: true, name: undefined });

// --- closures by the number ----------------------------------------------------------------------

function factory(n) { return function counted() { return 'F:counted' + n; }; }
const counted = [];
for (let i = 0; i < 1234; i++) counted.push(factory(i));
keep('counted', counted[7], 'function', { closures: 1234, lazy: true });
const arrows = counted.slice(0, 77).map((f, i) => () => 'F:countedArrow' + i);
keep('countedArrow', arrows[0], 'arrow function', { closures: 77, lazy: true, name: '(anonymous)' });
global.keptToo = [counted, arrows];

// --- scripts of many makes -----------------------------------------------------------------------

keep('offset first line', script('offset.js', `(function first() { return 'F:offset.first'; })`,
                                 { lineOffset: 100, columnOffset: 20 }), 'function', { script: 'offset.js', lazy: true });
keep('offset later line', script('offset2.js', `\n\n   (function later() { return 'F:offset.later'; })`,
                                 { lineOffset: 100, columnOffset: 20 }), 'function', { script: 'offset2.js', lazy: true });
const crlf = script('crlf.js', ['', 'var a = 1;', '', '(function crlf() {', "  return 'F:crlf';", '})'].join('\r\n'));
keep('crlf', crlf, 'function', { script: 'crlf.js', lazy: true });
keep('cr', script('cr.js', `var b;\r\r  (function cr() {\r return 'F:cr'; })`), 'function', { script: 'cr.js', lazy: true });
keep('separators', script('separators.js', `var c;\u2028/* \u2029 */\u2029\n (function separators() {\u2028 return 'F:separators'; })`),
     'function', { script: 'separators.js', lazy: true });
keep('two bytes', script('two-byte.js', `// \u0434\u0430\u043c\u043f \ud83c\udf0a\n/* \ud83c\udf0a */ (function \u0438\u043c\u044f() { return 'F:two \ud83d\ude00 bytes'; })`),
     'function', { script: 'two-byte.js', lazy: true });
keep('latin', script('latin.js', `/* caf\u00e9 */ (function caf\u00e9() { return 'F:latin \u00e9'; })`), 'function',
     { script: 'latin.js', lazy: true });
keep('astral column', script('astral.js', `'\ud83c\udf0a'; (function astral() { return 'F:astral'; })`), 'function',
     { script: 'astral.js', lazy: true });
keep('source url', script('hidden-name.js', `(function urled() { return 'F:urled'; })\n//# sourceURL=http://host/urled.js`),
     'function', { script: 'http://host/urled.js', lazy: true, nowhere: true, line: 1, column: 2 });
const evaled = (0, eval)(`\n  (function evaled() { return 'F:evaled'; })`);
keep('eval', evaled, 'function', { nowhere: true, script: undefined, line: 2, column: 4, lazy: true });
const made = new Function('a', 'b', `return 'F:new Function' + a + b;`);
keep('new Function', made, 'function', { nowhere: true, script: undefined, name: '(anonymous)', line: line[0] < 8 ? -1 : 1, column: 2,
                                lazy: true });
const compiled = vm.compileFunction(`return function inCompiled() { return 'F:compiled' + p; };`, ['p'],
                                    { filename: 'compiled.js' });
keep('in compileFunction', compiled(1), 'function', { nowhere: true, script: 'compiled.js', line: 1, column: 8, lazy: true });
const longLine = script('minified.js', `/*${'x'.repeat(30000)}*/(function minified() { return 'F:minified${'y'.repeat(9000)}'; })`);
keep('minified', longLine, 'function', { script: 'minified.js', lazy: true });
const manyLines = script('many-lines.js', Array.from({ length: 20000 }, (x, i) => `// line ${i}`).join('\n') +
                         `\n  (function lineMany() { return 'F:many'; })`);
keep('many lines', manyLines, 'function', { script: 'many-lines.js', lazy: true });
const mixed = script('many-mixed.js', Array.from({ length: 9000 }, (x, i) => `// l\u0456ne ${i}`).join('\r\n') +
                     `\u2028\r\n  (function mixedMany() {\r\n\r\n return 'F:mixed';\u2029 })`);
keep('many mixed lines', mixed, 'function', { script: 'many-mixed.js', lazy: true });
// Two definitions of one text, told apart by their place.
const twins = script('twins.js', `[function twin() { return 'F:twin'; },\n function twin() { return 'F:twin'; }]`);
keep('twin 1', twins[0], 'function', { script: 'twins.js', nowhere: true, line: 1, column: 2, lazy: true });
keep('twin 2', twins[1], 'function', { script: 'twins.js', nowhere: true, line: 2, column: 2, lazy: true });

// --- places that V8 itself gives: the stack of an error ------------------------------------------

const stacks = [];
function stackOf(id, fn) {
  // The call of Error is the first in the function's text; V8 says where it is.
  const text = Function.prototype.toString.call(fn);
  const stack = String(fn().stack).split('\n')[1].match(/([^ (]+):(\d+):(\d+)\)?$/);
  const at = text.indexOf('new Error');
  const known = functions.find(f => f.id === id);
  stacks.push({ id, line: +stack[2], column: +stack[3], offset: at });
  if (known.line + text.slice(0, at).split(lineEnd).length - 1 !== +stack[2]) throw new Error('line of ' + id);
}
for (const [id, name, text, options] of [
  ['stack plain', 'stack1.js', `(function a() { return new Error('F:stack1'); })`, {}],
  ['stack offset', 'stack2.js', `(function a() { return new Error('F:stack2'); })`, { lineOffset: 9, columnOffset: 33 }],
  ['stack offset 2', 'stack3.js', `\r\n  (function a() { return new Error('F:stack3'); })`, { lineOffset: 9, columnOffset: 33 }],
  ['stack separators', 'stack4.js', `\u2028\r\r\n\n\u2029(function a() { return new Error('F:stack4'); })`, {}],
  ['stack two', 'stack5.js', `'\ud83c\udf0a\u0434'; (function a() { return new Error('F:stack5'); })`, {}],
]) {
  const fn = script(name, text, options);
  keep(id, fn, 'function', { script: name });
  stackOf(id, fn);
}

// The function that Node makes of a file: its parameters are not in the file.
const wrapper = require('./functions/wrapper.js');
sources[wrapper.file] = { text: fs.readFileSync(wrapper.file, 'utf8'), line: 0, column: 0 };
keep('wrapper', wrapper.callee, 'function', { script: wrapper.file, nowhere: true, line: 1, column: 1, name: '(anonymous)' });

// --- what is no JavaScript -----------------------------------------------------------------------

const bound = declared.bind({ bound: 'this' }, 'first argument');
const boundTwice = bound.bind(null, 'second');
kept.push({ id: 'bound', fn: bound }, { id: 'bound twice', fn: boundTwice });
// An object leads to the source of its constructor, here not that of the class its map came from.
kept.push({ id: 'instance', fn: new Derived() }, { id: 'base instance', fn: new Base(2) });
kept.push({ id: 'builtin', fn: Array.prototype.map }, { id: 'api', fn: process._kill }, { id: 'binding', fn: fs.read });

// --- closures with known variables ---------------------------------------------------------------

// expected: scopes innermost first, each [kind, {name: value}]; the scope of the file follows and is not told.
// Without a script's name (`script` null) only the text tells where the function is.
function keepScopes(id, fn, expected, script = __filename) {
  kept.push({ id, fn });
  const source = Function.prototype.toString.call(fn);
  scopes.push({ id, source, script: script || undefined, ...(script ? place(script, source) : {}),
                scopes: expected.map(([kind, variables]) => ({ kind, variables })) });
  return fn;
}

function nested(parameter) {
  let one = 'one of nested';
  const object = { held: 'object of nested' };
  return function middle(second) {
    var two = 2.5;
    {
      let three = 'three of block', unseen = 'not captured';
      const four = Symbol('four');
      if (unseen)
        return function innermost() { return ['S:innermost', parameter, one, object, second, two, three, four]; };
    }
  };
}
keepScopes('nested', nested('a parameter')(7), [
  ['block', { three: 'three of block', four: 'Symbol(four)' }],
  ['function', { second: 7, two: 2.5 }],
  ['function', { parameter: 'a parameter', one: 'one of nested', object: 'Object' }],
]);

function catches() {
  let outside = true;
  try { throw new RangeError('thrown'); } catch (caught) { return () => ['S:catches', caught, outside]; }
}
keepScopes('catch', catches(), [['catch', { caught: 'RangeError' }], ['function', { outside: true }]]);

const looped = [];
for (let i = 0; i < 3; i++) looped.push(() => ['S:looped', i]);
keepScopes('loop', looped[2], [['block', { i: 2 }]]);

function classScope() {
  const token = 'token of class';
  class Scoped { static make() { return () => ['S:classScope', Scoped, token]; } }
  return Scoped.make();
}
keepScopes('class', classScope(), [['class', { Scoped: 'function Scoped' }], ['function', { token: 'token of class' }]]);

function dead() {
  const uninitialised = () => ['S:dead', later, constant];
  if (Math.random() >= 0) return uninitialised;
  let later = 1;
  const constant = 2;
  return later + constant;
}
keepScopes('not initialised', dead(), [['function', { later: '<not initialised>', constant: '<not initialised>' }]]);

function values() {
  const isUndefined = undefined, isNull = null, yes = true, no = false, big = 12345678901234567890n, small = -7;
  const double = 0.1, negativeZero = -0, notANumber = NaN, infinite = -Infinity, large = 2 ** 40, edge = 2 ** 31;
  const text = 'text', empty = '', array = [1, 2], map = new Map(), re = /x/g, fn = declared, cls = Base;
  return () => ['S:values', isUndefined, isNull, yes, no, big, small, double, negativeZero, notANumber, infinite, large,
                edge, text, empty, array, map, re, fn, cls];
}
keepScopes('values', values(), [['function', {
  isUndefined: undefined, isNull: null, yes: true, no: false, big: '12345678901234567890n', small: -7, double: 0.1,
  negativeZero: '-0', notANumber: 'NaN', infinite: '-Infinity', large: 2 ** 40, edge: 2 ** 31, text: 'text', empty: '',
  array: 'Array', map: 'Map', re: 'RegExp', fn: 'function declared', cls: 'function Base',
}]]);

// Variables that change after many calls: V8 keeps their numbers in place.
function changing() {
  let integer = 0, double = 0.5, growing = 2 ** 30, mixed = 1;
  function step() { integer += 1; double += 1.5; growing += 2 ** 20; mixed = integer % 2 ? 1.5 : 'text'; }
  for (let i = 0; i < 5000; i++) step();
  return () => ['S:changing', integer, double, growing, mixed, step];
}
keepScopes('changing', changing(), [['function', {
  integer: 5000, double: 0.5 + 5000 * 1.5, growing: 2 ** 30 + 5000 * 2 ** 20, mixed: 'text', step: 'function step',
}]]);

function changingFew() {
  let integer = 0, double = 0.5;
  function step() { integer += 1; double += 1.5; }
  for (let i = 0; i < 5000; i++) step();
  return () => ['S:changingFew', integer, double];
}
keepScopes('changing few', changingFew(), [['function', { integer: 5000, double: 0.5 + 5000 * 1.5 }]]);

function many() {
  const names = Array.from({ length: 120 }, (x, i) => 'variable' + i);
  return new Function(`${names.map((n, i) => `let ${n} = ${i} * 3;`).join(' ')} return () => ['S:many', ${names.join(', ')}];`)();
}
keepScopes('120 variables', many(), [['function',
  Object.fromEntries(Array.from({ length: 120 }, (x, i) => ['variable' + i, i * 3]))]], null);

const sloppy = script('sloppy.js', `
var globalVar = 'var of script';
let scriptLet = 'let of script';
const scriptConst = { script: 'const' };
class ScriptClass {}
(function sloppy() {
  const made = {};
  made.evalVars = (function evals(p) {
    eval('var introduced = 12; var another = "another"');
    return function () { return ['S:evalVars', p]; };
  })('parameter of evals');
  made.within = (function withs(p) {
    with ({ inObject: 1, also: 'two' }) { return function () { return ['S:within', inObject, p]; }; }
  })('parameter of withs');
  made.strictEval = (function evals2(p) {
    return eval('"use strict"; var own = "own of eval"; let block = 5; (function () { return ["S:strictEval", own, block, p]; })');
  })('parameter of evals2');
  made.args = (function withArguments(x, y) {
    return () => ['S:args', arguments, x, y];
  })('first', 'second');
  made.named = (function recursive(n) {
    return n ? recursive(n - 1) : eval('() => ["S:named", recursive, n]');
  })(2);
  made.defaults = (function defaults(a, b = () => ['S:defaults', a]) { var a = 'inner a'; return [b, () => a]; })('outer a')[0];
  made.thises = (function thises() { return () => ['S:thises', this, new.target]; }).call({ iAmThis: true });
  made.script = () => ['S:script', globalVar, scriptLet, scriptConst, ScriptClass];
  return made;
})()`);
keepScopes('eval variables', sloppy.evalVars, [['function', { introduced: 12, another: 'another', p: 'parameter of evals' }]], 'sloppy.js');
keepScopes('with', sloppy.within, [['with', { inObject: 1, also: 'two' }], ['function', { p: 'parameter of withs' }]], 'sloppy.js');
keepScopes('strict eval', sloppy.strictEval, [['eval', { own: 'own of eval', block: 5 }], ['function', { p: 'parameter of evals2' }]], null);
keepScopes('arguments', sloppy.args, [['function', { arguments: 'Arguments', x: 'first', y: 'second' }]], 'sloppy.js');
keepScopes('own name', sloppy.named, [['function', { recursive: 'function recursive', n: 0 }]], null);
keepScopes('default parameters', sloppy.defaults, [['function', { a: 'outer a' }]], 'sloppy.js');
keepScopes('this', sloppy.thises, [['function', { this: 'Object', 'new.target': undefined }]], 'sloppy.js');
keepScopes('script', sloppy.script, [['function', { made: 'Object' }],
  ['script', { scriptLet: 'let of script', scriptConst: 'Object', ScriptClass: 'function ScriptClass' }]], 'sloppy.js');
script('second.js', `let secondLet = 'let of the second script', secondNumber = 0.5;
for (let i = 0; i < 100; i++) secondNumber += 1.5; const secondFunction = () => [secondLet, secondNumber];`);

function* generating(p) { let local = 'local of generator'; const use = () => ['S:generating', p, local]; yield use; return local; }
const suspended = generating('p of generator');
keepScopes('generator closure', suspended.next().value,
           [['function', { p: 'p of generator', local: 'local of generator' }]]);
kept.push({ id: 'generator object', fn: suspended });
async function waiting(p) { const local = 'local of async'; kept.push({ id: 'async closure', fn: () => ['S:waiting', p, local] }); await new Promise(() => 0); }
waiting('p of async');

// A chain of 300 functions, each with one variable.
let levels = `return function deepest() { return ['S:deep', ${Array.from({ length: 300 }, (x, i) => 'v' + i).join(', ')}]; };`;
for (let i = 0; i < 300; i++) levels = `let v${i} = ${i}; return (function level${i}() { ${levels} })();`;
keepScopes('deep', new Function(levels)(), Array.from({ length: 300 }, (x, i) => ['function', { ['v' + i]: i }]), null);

// What else leads to source text: kept, but no function of its own.
const leads = {
  bound: declared, 'bound twice': declared, instance: Derived, 'base instance': Base, 'generator object': generating,
};
for (const id of Object.keys(leads)) leads[id] = leads[id].toString();

// --- the end -------------------------------------------------------------------------------------

async function modules() {
  const file = path.join(__dirname, 'functions', 'module.mjs');
  const module = await import('file://' + file);
  const name = 'file://' + file;
  sources[name] = { text: fs.readFileSync(file, 'utf8'), line: 0, column: 0 };
  const use = module.inModule('argument');
  keep('inModule', module.inModule, 'function', { script: name });
  keep('useModule', use, 'function', { script: name, lazy: true });
  keep('ModuleClass', module.default, 'class constructor', { script: name });
  keepScopes('module', use, [
    ['function', { a: 'argument', inner: 'inner of module' }],
    ['module', { moduleLocal: 'module local', moduleConst: 'Object', untouched: undefined,
                 exported: 'exported let, changed', exportedConst: 42,
                 inModule: 'function inModule', ModuleClass: 'function ModuleClass',
                 counter: 2, bump: 'function bump', fallback: 'default of other', other: 'Module' }],
  ], name);
}

// What V8's own debugger says of every kept function: place and scopes.
function ask() {
  const inspector = require('inspector');
  const session = new inspector.Session();
  session.connect();
  const post = (method, params) => {
    let answer;
    session.post(method, params, (error, result) => { if (error) throw new Error(error.message); answer = result; });
    return answer;
  };
  const names = {};
  session.on('Debugger.scriptParsed', m => { names[m.params.scriptId] = m.params; });
  post('Debugger.enable');
  const answers = [];
  for (let i = 0; i < kept.length; i++) {
    const object = post('Runtime.evaluate', { expression: `kept[${i}].fn` }).result;
    const internal = post('Runtime.getProperties', { objectId: object.objectId, ownProperties: true }).internalProperties || [];
    const at = internal.find(p => p.name === '[[FunctionLocation]]');
    const list = internal.find(p => p.name === '[[Scopes]]');
    const answer = { id: kept[i].id, scopes: [] };
    if (at) Object.assign(answer, { script: names[at.value.value.scriptId].url, line: at.value.value.lineNumber + 1,
                                    column: at.value.value.columnNumber + 1 });
    const chain = list ? post('Runtime.getProperties', { objectId: list.value.objectId, ownProperties: true }).result : [];
    for (const scope of chain) {
      if (!/^\d+$/.test(scope.name)) continue;
      const kind = scope.value.description;
      const variables = /^(Global|Script)/.test(kind) ? [] :
        post('Runtime.getProperties', { objectId: scope.value.objectId, ownProperties: true }).result
          .map(v => [v.name, v.value ? v.value.description || String(v.value.value) : 'accessor']);
      answer.scopes.push({ kind, variables });
    }
    answers.push(answer);
  }
  return answers;
}

modules().then(() => {
  if (inspecting) {
    fs.writeSync(1, JSON.stringify(ask()) + '\n');
    process.exit(0);
  }
  collect();
  const scripts = Object.keys(sources).map(name => ({ name, length: sources[name].text.length,
    lines: sources[name].text.split(lineEnd).length, text: name.includes('/') ? undefined : sources[name].text }));
  tell(Object.assign({ program: 'functions' }, facts(), { script: __filename, leads, functions, scopes, stacks, scripts, nested: nested.toString() }));
}).catch(e => { console.error(e); process.exit(1); });
