// Intervals that nobody clears.
'use strict';
class Poll { constructor(id) { this.id = id; this.seen = new Array(25).fill(id); } }
exports.step = (i) => { const poll = new Poll(i); setInterval(() => poll.seen.push(i), 3600000); };
