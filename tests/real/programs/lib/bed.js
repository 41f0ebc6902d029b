// What the test programs share: facts about the process, and how they tell their truth.
// Runs on Node 12 to 26.
'use strict';
const fs = require('fs');
const v8 = require('v8');

function facts() {
  return {
    node: process.version,
    v8: process.versions.v8,
    arch: process.arch,
    pid: process.pid,
    ppid: process.ppid,
    title: process.title,
    argv: process.argv,
    execArgv: process.execArgv,
    execPath: process.execPath,
    cwd: process.cwd(),
    env: Object.assign({}, process.env),
    uptime: process.uptime(),
    date: new Date().toISOString(),
    resourceUsage: process.resourceUsage(),
    memoryUsage: process.memoryUsage(),
  };
}

const lock = new Int32Array(new SharedArrayBuffer(4));
function pause(ms) { Atomics.wait(lock, 0, 0, ms); }

// Used bytes per space, read ROUNDS times by the same code, each reading written out at once:
//
//   cycle i:  read the statistics - write them to fd - pause
//
// Everything the process allocates from reading i to reading i+1 is one cycle. After the last reading the
// process goes through the rest of that cycle and then waits inside Atomics.wait for ever, without
// allocating. So for every space, with u[i] its used bytes at reading i,
//
//   u[last] <= used bytes in the core <= u[last] + (u[last] - u[last-1])
//
// Seen on all versions: the cycles are the same to the byte, only new space grows (5 to 6 KB a cycle), and
// what the core lacks to the upper bound is what a cycle allocates before it reads that space (some 300
// bytes in new space). For every other space the bounds are one figure.
// The separators around a reading have the same length in every cycle so that its text has, too.
const ROUNDS = 4;
const sep = ['[', ',', ',', ','];
const tail = ['   ', '   ', '   ', ']}\n'];
let turn = 0;
function cycle(fd, wait) {
  fs.writeSync(fd, sep[turn] + JSON.stringify(v8.getHeapSpaceStatistics()) + tail[turn]);
  Atomics.wait(lock, 0, 0, wait);
}

// The end of a program (or of a worker, into a file of its own): write the truth as one line of JSON (its key "spaces" is the list of readings)
// and wait for ever. The code is warm before the last collection, so that no compiler adds to the heap in
// the cycles that count.
function tell(truth, fd = 1) {
  const head = JSON.stringify(truth).slice(0, -1) + ',"spaces":';
  const nowhere = fs.openSync('/dev/null', 'w');
  for (let i = 0; i < 5000; i++) cycle(nowhere, i % 50 ? 0 : 2);
  collect();
  fs.writeSync(fd, head);
  for (let i = 0; i < 6; i++) cycle(nowhere, 20);
  for (turn = 0; turn < ROUNDS - 1; turn++) cycle(fd, 20);
  cycle(fd, 2147483647);  // 24 days; Infinity would be a new kind of number to the compiler
}

// Two full collections (the second finishes what the first left to sweep), and time for the helper
// threads to end what they do to the heap.
function collect() {
  for (let i = 0; i < 3; i++) {
    global.gc();
    pause(150);
  }
}

module.exports = { facts, pause, tell, collect };
