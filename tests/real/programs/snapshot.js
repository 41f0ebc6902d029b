// A varied heap and V8's own heap snapshot of it (heap.heapsnapshot in the working directory), to compare
// counts, sizes and edges with. Run with --expose-gc.
//
// Node 12 to 26. The snapshot is written from within v8.writeHeapSnapshot(): what that call itself leaves in
// the heap is collected afterwards as far as nothing keeps it. "around" in the truth is what the statistics
// said just before the snapshot and after the collection that follows it.
'use strict';
const fs = require('fs');
const v8 = require('v8');
const { facts, tell, collect, pause } = require('./lib/bed');
const { build, plantThin, thin } = require('./lib/kinds');

const modules = ['assert', 'async_hooks', 'buffer', 'child_process', 'crypto', 'dns', 'events', 'fs', 'http', 'http2',
  'https', 'net', 'os', 'path', 'perf_hooks', 'querystring', 'readline', 'repl', 'stream', 'string_decoder', 'tls',
  'url', 'util', 'vm', 'worker_threads', 'zlib'];
const loaded = {};
for (const name of modules) loaded[name] = require(name);

const { bed, truth } = build(2026);
global.bed = bed;
bed.modules = loaded;
plantThin(bed, 2026);

// Some of what applications have.
class App extends loaded.events {
  constructor() {
    super();
    this.server = loaded.http.createServer((request, response) => response.end('ok'));
    this.routes = new Map();
    for (let i = 0; i < 50; i++) this.routes.set('/route/' + i, { handler: () => i, middleware: [() => i] });
    this.cache = new Map();
    for (let i = 0; i < 2000; i++) this.cache.set(i, { id: i, name: 'name ' + i, tags: ['a', 'b', i], at: new Date(i) });
    this.timers = [];
    for (let i = 0; i < 20; i++) this.timers.push(setTimeout(() => i, 1e8));
    this.hash = loaded.crypto.createHash('sha256');
    this.gzip = loaded.zlib.createGzip();
    this.url = new URL('https://example.org/path?x=1');
    this.context = loaded.vm.createContext({ inside: 1 });
    loaded.vm.runInContext('class InContext { constructor() { this.inContext = 1; } } list = [new InContext(), new InContext()];',
      this.context);
    this.pending = [new Promise(() => {}), Promise.resolve(1)];
    this.generator = (function* generatorOfApp() { yield 1; yield 2; })();
    this.generator.next();
    this.bound = Array.prototype.push.bind(this.timers);
    this.proxy = new Proxy({ target: 1 }, {});
    this.on('event', () => this.cache.size);
    if (global.WeakRef) this.weak = new WeakRef(this.cache);
  }
}
bed.app = new App();
truth.counts.App = truth.devtools.App = 1;
truth.counts.InContext = truth.devtools.InContext = 2;

collect();
thin(bed, truth.strings.thin);
collect();
const before = v8.getHeapSpaceStatistics();
v8.writeHeapSnapshot('heap.heapsnapshot');
collect();
const after = v8.getHeapSpaceStatistics();
// The heap at the core is that of the snapshot but for what writing it and telling about it left behind;
// a second snapshot of the same state shows how much that is.
tell(Object.assign({ program: 'snapshot', snapshot: 'heap.heapsnapshot', around: [before, after] }, facts(), truth));
