// Flags that let a version show kinds which it has but does not offer by default.
import { major } from './harness.mjs';

const flags = {
  18: ['--harmony-shadow-realm'], // its Temporal aborts: "unimplemented code"
  20: ['--harmony-shadow-realm', '--harmony-temporal', '--harmony-iterator-helpers', '--harmony-json-parse-with-source',
    '--harmony-intl-duration-format'],
  22: ['--harmony-shadow-realm', '--harmony-temporal', '--harmony-intl-duration-format', '--harmony-struct'],
  24: ['--harmony-shadow-realm', '--harmony-temporal', '--js-explicit-resource-management', '--harmony-struct'],
  26: ['--harmony-shadow-realm', '--harmony-struct'],
};

export const rareFlags = (version) => flags[major(version)] ?? [];

// Of programs/values/: those that have kinds of which this is true.
export const rareModules = ['iterators', 'intl', 'rare', 'temporal'];
