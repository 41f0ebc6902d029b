// One process with a known number of everything (lib/kinds.js). Run with --expose-gc.
'use strict';
const { facts, tell, collect } = require('./lib/bed');
const { build, plantThin, thin } = require('./lib/kinds');

const { bed, truth } = build(4711);
global.bed = bed;
plantThin(bed, 4711);
collect();
thin(bed, truth.strings.thin);
tell(Object.assign({ program: 'classes' }, facts(), truth));
