// Three worker threads and the main thread, each with its own known objects: four isolates in one process.
// Run with --expose-gc. The truth has one entry an isolate ("isolates", 0 is the main thread): its classes,
// and its readings of the heap statistics (see lib/bed.js; a worker's are all taken before the main
// thread's, and it allocates nothing after its last one but what "spaces" bounds).
//
// Threads are started one after the other; each ends waiting inside Atomics.wait, the main thread last.
'use strict';
const { Worker, isMainThread, workerData, threadId } = require('worker_threads');
const fs = require('fs');
const { facts, tell, collect } = require('./lib/bed');

class Common { constructor(n) { this.common = n; } }
class OfMain { constructor(n) { this.ofMain = n; } }
class OfFirstWorker { constructor(n) { this.ofFirst = n; } }
class OfSecondWorker { constructor(n) { this.ofSecond = n; } }
class OfThirdWorker { constructor(n) { this.ofThird = n; } }
const classes = [OfMain, OfFirstWorker, OfSecondWorker, OfThirdWorker];

function populate(index) {
  const kept = [[], []];
  for (let i = 0; i < 1000 + index; i++) kept[0].push(new Common(i));
  for (let i = 0; i < 100 * (index + 1); i++) kept[1].push(new classes[index](i));
  global.kept = kept;
  return { counts: { Common: 1000 + index, [classes[index].name]: 100 * (index + 1) } };
}

if (isMainThread) {
  const truth = populate(0);
  const workers = [];
  let next = 1;
  (function start() {
    if (next <= 3) {
      const file = 'worker' + next;
      workers.push(new Worker(__filename, { workerData: { index: next, file }, stdout: false }));
      next++;
      const wait = setInterval(() => {
        let text = '';
        try { text = fs.readFileSync(file, 'utf8'); } catch (e) { return; }
        if (!text.endsWith('\n')) return;
        clearInterval(wait);
        truth.workers = (truth.workers || []).concat(JSON.parse(text));
        fs.unlinkSync(file);
        start();
      }, 50);
      return;
    }
    global.workers = workers;
    const all = Object.assign({ program: 'workers' }, facts(), truth);
    const isolates = [{ threadId: 0, counts: truth.counts }].concat(truth.workers);
    delete all.workers;
    all.isolates = isolates;
    tell(all);
  })();
} else {
  const truth = Object.assign({ threadId }, populate(workerData.index));
  tell(truth, fs.openSync(workerData.file, 'w'));
}
