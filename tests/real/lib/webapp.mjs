// Cores of programs/webapp.js. The packages of its applications are installed by npm, from the lock file, into the
// cache.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, cores, here } from './harness.mjs';

const files = join(here, 'programs', 'webapp');

// The applications and what they need, in a folder of their own for each state of their files.
export function install() {
  const hash = createHash('sha256');
  for (const name of readdirSync(files).sort()) hash.update(readFileSync(join(files, name)));
  const place = join(cache, 'webapp', hash.digest('hex').slice(0, 16));
  if (existsSync(place)) return place;
  mkdirSync(join(cache, 'webapp'), { recursive: true });
  const work = mkdtempSync(join(cache, 'webapp', '.install-'));
  cpSync(files, work, { recursive: true });
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: work, encoding: 'utf8' });
  if (npm.status !== 0) throw new Error(`npm ci: ${npm.stderr}`);
  try {
    renameSync(work, place);
  } catch (error) {
    if (!existsSync(place)) throw error; // else another run was faster
    rmSync(work, { recursive: true });
  }
  return place;
}

// { truth, core, folder }. That of express has a heap snapshot of the process in its folder (heap.heapsnapshot).
export function webappCores(version, application) {
  const module = join(install(), `${application}.js`);
  const args = [module, ...(application === 'express' ? ['heap.heapsnapshot'] : [])];
  const { truth, kernel, gcore, folder } = cores(version, 'webapp', { args, as: `webapp-${application}` });
  return { truth, core: kernel ?? gcore, folder };
}
