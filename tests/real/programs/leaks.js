// A small leak of the usual kinds: leaks.js NAME. Calls `step` of leaks/NAME.js for so many requests and says so.
'use strict';
const { collect, pause } = require('./lib/bed');
const fs = require('fs');

const STEPS = 60000;
const { step } = require(`./leaks/${process.argv[2]}.js`);
for (let i = 0; i < STEPS; i++) step(i);
setImmediate(() => {
  collect();
  fs.writeSync(1, JSON.stringify({ node: process.version, leak: process.argv[2], steps: STEPS }) + '\n');
  for (;;) pause(Infinity);
});
