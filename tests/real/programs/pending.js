// What is only there for a moment: microtasks that wait for their turn, capabilities of promises, requests of
// an async generator; in the middle of one of those microtasks.
'use strict';
const fs = require('fs');
const { pause } = require('./lib/bed');

class Capable extends Promise {}
const never = () => new Promise(() => {});
async function* generate() {
  await never();
  yield 1;
}

const generator = generate();
global.kept = {
  combined: [Capable.all([new Capable(() => {}), never()]), Promise.race([never()])],
  chained: new Capable(() => {}).then(() => {}),
  requests: [generator.next(), generator.next(), generator.return(3)],
};
queueMicrotask(() => {
  queueMicrotask(() => 'a callable');
  Promise.resolve('fulfilled').then((value) => value);
  Promise.reject(new Error('rejected')).catch((error) => error);
  new Promise((resolve) => resolve({ then() {} }));
  fs.writeSync(1, '{"microtasks": 4}\n');
  for (;;) pause(Infinity);
});
