// Structures that are deep or dense: deep.js [KIND [SIZE]]... Without arguments all of them, small.
//
//   list 50000        a linked list                    (by hand: 20000000)
//   doubly 20000      a list that refers both ways     (10000000)
//   tree 14           a complete binary tree, so deep  (23)
//   complete 150      arrays that each refer to all    (3000: nine million references)
//   bipartite 150     arrays that all refer to the same objects (3000)
//   cons 50000        a string of strings of strings   (1000000)
//   prototypes 200    objects that inherit in a row    (20000)
//   closures 20000    functions that close over the one before (5000000)
//   scopes 200        functions inside of functions    (300)
//
// Every kind hangs from one property of global.deep, and nothing else refers to it.
'use strict';
const { facts, tell } = require('./lib/bed');

class Link { constructor(next, n) { this.next = next; this.n = n; } }
class Double { constructor(prev) { this.prev = prev; this.next = null; } }
class Tree { constructor(left, right) { this.left = left; this.right = right; } }
class Right { constructor(n) { this.n = n; } }

const kinds = {
  list(size) {
    let head = null;
    for (let i = size; i-- > 0;) head = new Link(head, i);
    return [head, { Link: size }];
  },
  doubly(size) {
    const head = new Double(null);
    let last = head;
    for (let i = 1; i < size; i++) last = last.next = new Double(last);
    return [head, { Double: size }];
  },
  tree(depth) {
    const grow = (level) => level === 0 ? null : new Tree(grow(level - 1), grow(level - 1));
    return [grow(depth), { Tree: 2 ** depth - 1 }];
  },
  complete(size) {
    const arrays = Array.from({ length: size }, () => new Array(size).fill(null));
    for (const array of arrays)
      for (let i = 0; i < size; i++) array[i] = arrays[i];
    return [arrays[0], {}];
  },
  bipartite(size) {
    const right = Array.from({ length: size }, (_, n) => new Right(n));
    return [Array.from({ length: size }, () => right.slice()), { Right: size }];
  },
  cons(size) {
    let text = 'the beginning';
    for (let i = 1; i < size; i++) text += 'and a next part';
    return [{ text }, {}];
  },
  prototypes(size) {
    let object = {};
    for (let i = 1; i < size; i++) object = Object.create(object);
    return [object, {}];
  },
  closures(size) {
    const over = (before) => function follower() { return before; };
    let last = null;
    for (let i = 0; i < size; i++) last = over(last);
    return [last, {}];
  },
  scopes(size) {
    let code = '';
    for (let i = 0; i < size; i++)
      code += `let v${i} = ${i}; ` + (i < size - 1 ? `return (function f${i + 1}() { ` : '');
    const all = Array.from({ length: size }, (_, i) => `v${i}`).join();
    code += `return function inner() { return [${all}]; };` + '})();'.repeat(size - 1);
    return [new Function(code)(), {}];
  },
};
const small = { list: 50000, doubly: 20000, tree: 14, complete: 150, bipartite: 150, cons: 50000,
  prototypes: 200, closures: 20000, scopes: 200 };

const asked = process.argv.slice(2);
const sizes = asked.length === 0 ? small : {};
for (let i = 0; i < asked.length; i += 2) sizes[asked[i]] = Number(asked[i + 1]) || small[asked[i]];

class Deep {}
global.deep = new Deep();
const counts = {};
for (const [kind, size] of Object.entries(sizes)) {
  const [head, found] = kinds[kind](size);
  global.deep[kind] = head;
  Object.assign(counts, found);
}
tell(Object.assign({ program: 'deep', sizes, counts }, facts()));
