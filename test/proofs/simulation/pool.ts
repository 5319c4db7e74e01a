import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildSync } from 'esbuild';
import type { Job } from './jobs';
import { mergeTallies, type Tally } from './tally';

const root = join(__dirname, '..', '..', '..');

/**
 * The simulation creates hundreds of thousands of errors: more young-generation memory and shorter stacks save time.
 */
const workerFlags = ['--max-semi-space-size=64', '--stack-trace-limit=3'];

/**
 * Compiles the worker and all its imports to plain JavaScript, in a folder from which the packages can be found. A
 * compiler at load time would also name each function that is created, which takes half of the time here.
 */
const compileWorker = (): { readonly entry: string; readonly folder: string } => {
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'simulation-'));
  const inFolders = (pattern: string) =>
    [
      'functions',
      'infra/functions',
      'local',
      'report',
      'statemachine',
      'terminal',
      'test/simulation',
      'test/proofs/simulation',
    ].map((name) => join(root, name, pattern));
  buildSync({
    entryPoints: [...inFolders('**/*.ts'), join(root, 'test/*.ts'), join(root, 'statemachine/*.json')],
    outbase: root,
    outdir: folder,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    loader: { '.json': 'copy' },
  });
  return { folder, entry: join(folder, relative(root, join(__dirname, 'worker.js'))) };
};

/** Gives jobs to a worker until none is left. */
const serve = (child: ChildProcess, waiting: Job[], done: (tally: Tally) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const next = (): void => {
      const job = waiting.shift();
      if (job) child.send(job);
      else {
        child.kill();
        resolve();
      }
    };
    child.on('message', (tally: Tally) => {
      done(tally);
      next();
    });
    // Also after a signal, such as when memory runs out: otherwise the run would end silently and look successful.
    // After the last job, the promise has resolved before the worker is killed.
    child.on('exit', (code, signal) => reject(new Error(`A worker ended too early (${signal ?? code}).`)));
    next();
  });

/** Runs all jobs in this many processes. */
export const runInProcesses = async (jobs: readonly Job[], processes: number): Promise<Tally> => {
  const { entry, folder } = compileWorker();
  const waiting = [...jobs];
  const tallies: Tally[] = [];
  const startedAt = Date.now();
  const done = (tally: Tally): void => {
    tallies.push(tally);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    if (process.stderr.isTTY) process.stderr.write(`\r${tallies.length} of ${jobs.length} parts, ${seconds} s `);
  };
  const children = Array.from({ length: Math.min(processes, jobs.length) }, () =>
    fork(entry, { execArgv: workerFlags }),
  );
  process.on('exit', () => {
    for (const child of children) child.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  await Promise.all(children.map((child) => serve(child, waiting, done)));
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  return mergeTallies(tallies);
};
