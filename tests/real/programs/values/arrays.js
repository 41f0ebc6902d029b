// Arrays of every elements kind, with holes; arguments.
'use strict';

function sloppy(a, b, c) { a = 'changed'; return [arguments, () => [a, b]]; }
function sloppyRest(a, b) { delete arguments[1]; return [arguments, () => [a, b]]; }
function sloppyMore(a) { return [arguments, () => a]; }
function sloppyNone() { return arguments; }
function strict(a) { 'use strict'; a = 'changed'; return arguments; }

module.exports = () => {
  const made = {};
  made.empty = [];
  made.packedSmi = [1, 2, 3];
  made.holeySmi = [1, 2, 3, 4]; delete made.holeySmi[1];
  made.packedDouble = [1.5, 2.5, -0, 3];
  made.holeyDouble = [1.5, 2.5, 3.5, 4.5]; delete made.holeyDouble[2];
  made.doubleNaN = [NaN, 1.5, Infinity];
  made.doubleUndefined = [1.5, 2.5]; made.doubleUndefined[3] = 4.5; made.doubleUndefined[2] = undefined;
  made.packed = ['x', 1, {}, null, undefined];
  made.holey = ['x', 1, 'y', 2]; delete made.holey[0]; delete made.holey[3];
  made.allHoles = new Array(5);
  made.shrunk = [1, 2, 3, 4, 5, 6]; made.shrunk.length = 2;
  made.grown = [1]; made.grown.length = 10;
  made.pushed = []; for (let i = 0; i < 100; i++) made.pushed.push(i);
  made.shifted = []; for (let i = 0; i < 100; i++) made.shifted.push(i); for (let i = 0; i < 30; i++) made.shifted.shift();
  made.copyOnWrite = [1, 2, 3].slice();
  made.dictionary = []; made.dictionary[100000] = 'far'; made.dictionary[3] = 'near'; made.dictionary[50000] = 'middle';
  made.dictionaryFar = ['first']; made.dictionaryFar[4294967294] = 'last possible';
  made.dictionaryMany = []; for (let i = 0; i < 700; i++) made.dictionaryMany[(i * 7919) % 700 * 1000] = i;
  made.sealed = Object.seal(['x', 1]);
  made.sealedHoley = Object.seal(['x', , 1]);
  made.frozen = Object.freeze(['x', 1, 2.5]);
  made.frozenSmi = Object.freeze([1, 2]);
  made.nonExtensible = Object.preventExtensions([1, 'x']);
  made.readOnlyLength = Object.defineProperty([1, 2], 'length', { writable: false });
  made.accessor = Object.defineProperty([1, 2, 3], 1, { get() { return 9; } });
  made.withProperties = Object.assign([1, 2], { name: 'extra', index: 0 });
  made.nested = [[1, [2, [3]]], [], [[]]];
  made.match = /(?<y>\d+)-(\d+)/.exec('in 2024-11');
  made.subclass = (class ArrayChild extends Array {}).from([1, 2]);
  made.strings = ['', 'a', 'b'.repeat(300)];
  [made.sloppy, made.keepSloppy] = sloppy(1, 'two', { three: 3 });
  [made.sloppyDeleted, made.keepDeleted] = sloppyRest(1, 2, 3);
  [made.sloppyMore, made.keepMore] = sloppyMore(1, 2, 3, 4);
  made.sloppyNone = sloppyNone();
  made.sloppyPlain = sloppyNone(7, 8);
  made.strict = strict(1, 2);
  delete made.keepSloppy; delete made.keepDeleted; delete made.keepMore;
  return made;
};
