// Every request is in a Map and has a listener: neither holds it alone.
'use strict';
const { EventEmitter } = require('events');
const bus = new EventEmitter().setMaxListeners(0);
const waiting = new Map();
exports.step = function step(i) {
  const order = { id: i, lines: new Array(20).fill(i) };
  const reprice = () => order.lines.length;
  bus.on('price', reprice);
  waiting.set(i, reprice);
};
