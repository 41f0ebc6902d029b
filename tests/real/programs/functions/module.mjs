// An ES module with variables of every kind, and what other modules see of it.
import { counter, bump, default as fallback } from './other.mjs';
import * as other from './other.mjs';

export let exported = 'exported let';
export const exportedConst = 42;
export default class ModuleClass { method() { return exported; } }
let moduleLocal = 'module local';
const moduleConst = { module: 'const' };
let untouched;

export function inModule(a) {
  const inner = 'inner of module';
  return function useModule() {
    return [exported, exportedConst, moduleLocal, moduleConst, counter, fallback, other, untouched, inner, a, bump];
  };
}
exported = 'exported let, changed';
bump();
