// What the tests on real cores share: making a core, running dumpdive on it, reading its JSON.
//
//   DUMPDIVE       the program under test (default: build/dumpdive)
//   DUMPDIVE_ONLY  versions to test, separated by blanks (default: those of the file "versions")
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = dirname(dirname(fileURLToPath(import.meta.url)));
export const root = resolve(here, '..', '..');
export const program = process.env.DUMPDIVE || join(root, 'build', 'dumpdive');
export const cache = process.env.DUMPDIVE_CACHE ||
  join(process.env.XDG_CACHE_HOME || join(process.env.HOME, '.cache'), 'dumpdive');

const listed = readFileSync(join(here, 'versions'), 'utf8').split('\n')
  .filter((line) => line && !line.startsWith('#'));
// A version that no table was made for.
export const foreign = '25.9.0';
// The versions that tables were made for.
export const versions = process.env.DUMPDIVE_ONLY
  ? process.env.DUMPDIVE_ONLY.split(' ')
  : listed.filter((version) => version !== foreign);
export const major = (version) => Number(version.split('.')[0]);

const KERNEL_REFUSES = 3; // dump.sh: core_pattern pipes to a program

// The cores of a program on a version (or another build, see node.sh, for which `build` is the folder's name):
// { truth, gcore, kernel, folder, node }. A kind of core that this machine cannot make is undefined, and why is
// printed.
export function cores(version, name,
  { flags = [], args = [], only, dies = false, as = name, build = version } = {}) {
  const folder = join(cache, 'cores', build, as);
  const options = [...(only ? ['--only', only] : []), ...(dies ? ['--dies'] : [])];
  const made = spawnSync('bash', [join(here, 'dump.sh'), ...options, version, name, folder, ...flags,
    ...(args.length ? ['--', ...args] : [])], { encoding: 'utf8' });
  if (made.status !== 0 && made.status !== KERNEL_REFUSES)
    throw new Error(`${name} on ${version}: ${made.stderr}`);
  if (made.status === KERNEL_REFUSES)
    console.log(`# no kernel core: ${made.stderr.trim()}`);
  const path = (file) => (existsSync(join(folder, file)) ? join(folder, file) : undefined);
  const truth = path('truth.json');
  return {
    folder, gcore: path('gcore.core'), kernel: path('kernel.core'), node: path('node'),
    truth: truth && JSON.parse(readFileSync(truth, 'utf8')),
  };
}

// Run dumpdive: { status, stdout, stderr }.
export function dumpdive(args, { env, input } = {}) {
  const done = spawnSync(program, args,
    { encoding: 'utf8', maxBuffer: 1 << 30, env: { ...process.env, ...env }, input });
  if (done.error)
    throw done.error;
  if (done.signal)
    throw new Error(`dumpdive ${args.join(' ')} died of ${done.signal}: ${done.stderr}`);
  return { status: done.status, stdout: done.stdout, stderr: done.stderr };
}

// Rows of a command as objects; any status but `status` is an error.
export function rows(core, args, { status = 0, ...options } = {}) {
  const done = dumpdive([core, ...args, '--json'], options);
  if (done.status !== status)
    throw new Error(`dumpdive ${core} ${args.join(' ')}: status ${done.status}: ${done.stderr}`);
  return done.stdout.split('\n').filter((line) => line).map((line) => JSON.parse(line));
}

// The one row of each of many commands, given as lists of words without blanks: the core is opened once.
export function eachRow(core, commands, options = {}) {
  const input = commands.map((words) => `${words.join(' ')} --json --limit 1\n`).join('');
  const done = dumpdive([core, '-'], { ...options, input });
  const found = done.stdout.split('\n').filter((line) => line).map((line) => JSON.parse(line));
  if (done.status !== 0 || found.length !== commands.length)
    throw new Error(`dumpdive ${core} -: status ${done.status}, ${found.length} of ${commands.length} rows: ${done.stderr}`);
  return found;
}

// The rows of each of many commands, given as they are typed, a list for each. What address 0 is, is asked behind
// each: nobody else answers that.
export function many(core, commands, { status = 0, options = [] } = {}) {
  const input = commands.map((text) => `${text} --json\nwhatis 0x0 --json\n`).join('');
  const done = dumpdive([core, ...options, '-'], { input }), answers = [];
  let found = [];
  for (const line of done.stdout.split('\n'))
    if (line.startsWith('{"kind":"nothing",')) {
      answers.push(found);
      found = [];
    } else if (line) found.push(JSON.parse(line));
  if (done.status !== status || answers.length !== commands.length)
    throw new Error(`dumpdive ${core} -: status ${done.status}, ${answers.length} answers to ${commands.length} commands: ${done.stderr}`);
  return answers;
}

// How a core can be opened: with the executable, and without it (--no-exe).
export const openings = [['with the executable', []], ['without the executable', ['--no-exe']]];
