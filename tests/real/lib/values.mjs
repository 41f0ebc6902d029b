// Cores of programs/values.js.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cores, here, major } from './harness.mjs';

export const flags = ['--expose-externalize-string'];

// A kernel core. gdb would write out the gigabytes that a WebAssembly.Memory reserves: where the kernel makes no
// cores, that module is left out.
export function valuesCore(version, options) {
  const made = cores(version, 'values', { ...options, only: 'kernel' });
  if (made.kernel) return made;
  const modules = readdirSync(join(here, 'programs', 'values')).map((file) => file.replace('.js', ''))
    .filter((module) => module !== 'wasm');
  console.log(`# ${version}: no kernel core, so nothing of WebAssembly is tested`);
  return cores(version, 'values', { args: modules, ...options, only: 'gcore' });
}

// Flags that let a version show kinds which it has but does not offer by default.
const rare = {
  18: ['--harmony-shadow-realm'], // its Temporal aborts: "unimplemented code"
  20: ['--harmony-shadow-realm', '--harmony-temporal', '--harmony-iterator-helpers', '--harmony-json-parse-with-source',
    '--harmony-intl-duration-format'],
  22: ['--harmony-shadow-realm', '--harmony-temporal', '--harmony-intl-duration-format', '--harmony-struct'],
  24: ['--harmony-shadow-realm', '--harmony-temporal', '--js-explicit-resource-management', '--harmony-struct'],
  26: ['--harmony-shadow-realm', '--harmony-struct'],
};

export const rareFlags = (version) => rare[major(version)] ?? [];

// Of programs/values/: those that have kinds of which this is true.
export const rareModules = ['iterators', 'intl', 'rare', 'temporal'];
