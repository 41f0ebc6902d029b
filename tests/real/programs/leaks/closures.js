// Callbacks for a shutdown that never comes, each with all that its request knew.
'use strict';
const onShutdown = [];
class Upload { constructor(id) { this.id = id; this.parts = Array.from({ length: 12 }, (_, n) => ({ n, id })); } }
exports.step = (i) => { const upload = new Upload(i); onShutdown.push(() => upload.parts.length); };
