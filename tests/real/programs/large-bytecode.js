// A function whose bytecode is too large for a regular page: V8 12 and later keep it in a large-object space of
// its own (trusted). Run with --expose-gc.
'use strict';
const { facts, tell, collect } = require('./lib/bed');

const lines = Array.from({ length: 20000 }, (_, i) => `x = x * ${i} + "${i}".length;`);
const large = new Function('x', `${lines.join('\n')}\nreturn x;`);
large(1);
global.large = large;
collect();
tell(Object.assign({ program: 'large-bytecode' }, facts()));
