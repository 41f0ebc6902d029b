// Leaks of the usual kinds (programs/leaks/): the first suspect is the leak, and its holder or path names the
// variable or property that keeps it. A core each, on an old line and a new one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cores, rows, versions } from './lib/harness.mjs';

const LEAKS = {
  array: { type: 'Array', holder: /`auditLog`/ },
  cache: { type: 'Map', holder: /`pages`/ },
  closures: { type: 'Array', holder: /`onShutdown`/ },
  listeners: { type: 'Array', path: /bus → _events → config/ },
  timers: { type: /./, path: /[tT]imer/ },
  promise: { type: '\\(system\\)', holder: /`ready`/ },
};

for (const version of versions.filter((v) => ['18.20.8', '24.21.0'].includes(v)))
  for (const [leak, { type, holder, path }] of Object.entries(LEAKS))
    test(`${version}: ${leak}`, () => {
      const made = (only) => cores(version, 'leaks', { args: [leak], only, as: `leaks-${leak}` })[only];
      const core = made('kernel') ?? made('gcore');
      const [first] = rows(core, ['leaks']);
      assert.match(first.type, type instanceof RegExp ? type : new RegExp(`^${type}$`), JSON.stringify(first));
      if (holder) assert.match(first.holder, holder, JSON.stringify(first));
      if (path) assert.match(first.path, path, JSON.stringify(first));
    });
