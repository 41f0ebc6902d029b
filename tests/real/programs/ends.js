// Ends in the way that its argument says, for tests of what a core tells about that: dump.sh --dies --only
// kernel VERSION ends DIR [--abort-on-uncaught-exception] [--max-old-space-size=30] -- uncaught | abort | memory
'use strict';

const ends = {
  uncaught() {
    const library = undefined;
    library.open('the door');
  },
  abort() {
    process.abort();
  },
  memory() {
    const kept = [];
    for (;;) kept.push({ n: kept.length, text: 'kept ' + kept.length });
  },
};
const line = 8; // where `uncaught` throws

console.log(JSON.stringify({ program: 'ends', node: process.version, pid: process.pid, how: process.argv[2], line }));
ends[process.argv[2]]();
