// Leaks of the usual kinds (programs/leaks/): the first suspect is the leak, and its holder or path names the
// variable or property that keeps it; `lines` are among what the explorer says of it, and `source` is the line that
// its S leads to. A core each, on an old line and a new one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cores, major, rows, versions } from './lib/harness.mjs';

const LEAKS = {
  array: { type: 'Array', holder: /`auditLog`/ },
  cache: { type: 'Map', holder: /`pages`/ },
  closures: { type: 'Array', holder: /`onShutdown`/ },
  listeners: { type: 'Array', path: /bus → _events → config/ },
  timers: { type: /./, path: /[tT]imer/ },
  service: { type: 'Map', holder: /^property `byUser` of ProfileService$/, source: /this\.byUser\.set\(/ },
  shared: {
    type: 'system / Context', holder: /^scope of shared\.js$/, source: /(bus\.on|waiting\.set)\(/,
    lines: [/^kept in {2}Array\(60,000\): variable `bus` of step .*→ price$/, /^grows in shared\.js:9 /,
      /^kept in {2}Map\(60,000\): variable `waiting` of step /, /^grows in shared\.js:10 /],
  },
  promise: { type: '\\(system\\)', holder: /`ready`/ },
};

for (const version of versions.filter((v) => ['18.20.8', '24.21.0'].includes(v)))
  for (const [leak, { type, holder, path, lines = [], source }] of Object.entries(LEAKS))
    test(`${version}: ${leak}`, () => {
      const made = (only) => cores(version, 'leaks', { args: [leak], only, as: `leaks-${leak}` })[only];
      const core = made('kernel') ?? made('gcore');
      const [first] = rows(core, ['leaks']);
      assert.match(first.type, type instanceof RegExp ? type : new RegExp(`^${type}$`), JSON.stringify(first));
      if (holder) assert.match(first.holder, holder, JSON.stringify(first));
      if (path) assert.match(first.path, path, JSON.stringify(first));
      if (source) {
        const line = rows(core, first.source.split(' ')).find((row) => row.marked);
        assert.match(line.text, source, JSON.stringify(first));
      }
      const said = rows(core, ['leaks', '--lines', '--limit', '9']).map((row) => row.reason);
      for (const line of lines) assert.ok(said.some((text) => line.test(text)), `${line} in ${said.join('\n')}`);
    });

// V8 26 lets its caches of numbers go when it collects.
for (const version of versions.filter((v) => major(v) < 26))
  test(`${version}: a large array of V8's own is said to be a cache`, () => {
    const made = (only) => cores(version, 'leaks', { args: ['cache'], only, as: 'leaks-cache' })[only];
    const named = rows(made('kernel') ?? made('gcore'), ['roots', '--filter', 'root:cache']);
    assert.equal(named.length, 1);
    assert.match(named[0].root, /^root table entry \d+, (a cache of V8's, empty|V8's cache of numbers as text)$/);
  });
