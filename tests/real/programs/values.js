// One object of every kind that JavaScript has, by kind, and what each is in the language's own words
// (lib/describe.js). The root is the one instance of class Values; its properties are the modules of values/.
// Run with --expose-gc --expose-externalize-string. Node 12 to 26.
'use strict';
const fs = require('fs');
const path = require('path');
const { collect, pause } = require('./lib/bed');
const { describe, expect } = require('./lib/describe');

class Values {}
const root = new Values(), kept = [], delayed = [], truths = [];
global.values = root;
const major = Number(process.versions.node.split('.')[0]);
// A kind that a version does not have is said to lack, and why, in its own words.
const lacks = {};
let folderAt;
const kind = (made, name, make) => {
  try {
    made[name] = make();
  } catch (error) {
    lacks[`${folderAt}.${name}`] = error.message;
  }
};
const lack = (name, why) => { lacks[name] = why; };
const tools = { kind, lack, expect, major, collect, keep: object => { kept.push(object); return object; }, later: what => delayed.push(what),
  truth: make => truths.push(make) };

(async () => {
  const folder = path.join(__dirname, 'values');
  const only = process.argv.slice(2);
  for (const file of fs.readdirSync(folder).sort()) {
    const name = path.basename(file, '.js');
    if (only.length && !only.includes(name)) continue;
    folderAt = name;
    root[name] = await require(path.join(folder, file))(tools);
  }
  collect();
  for (const what of delayed) what();
  await new Promise(resolve => setTimeout(resolve, 50));
  const truth = { node: process.version, kinds: {}, lacks };
  // Twice: looking at things makes Node load more of itself.
  for (const turn of [1, 2]) {
    for (const name of Object.keys(root)) {
      truth.kinds[name] = {};
      for (const key of Object.keys(root[name])) truth.kinds[name][key] = describe(root[name][key]);
    }
  }
  collect();
  fs.writeSync(1, JSON.stringify(truth) + '\n');
  for (;;) pause(Infinity);
})();
