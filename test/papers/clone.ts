import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runLocal } from '../../local/run';
import { openServedCloud, type ServedCloud } from '../../local/serve';
import { createTerminal } from '../../terminal/terminal';
import { runProgram } from '../cli/operator';
import { secretName } from '../cloud';
import { createShell } from '../shell';
import { root } from './papers';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder with all that a clone has, and the services of `npm start -- --serve`, which its commands are led to. */
export interface Clone {
  readonly folder: string;
  readonly served: ServedCloud;
  inShell(command: string): Promise<Ran>;
  /** The same program, without a process of its own. */
  inProcess(command: string): Promise<Ran>;
  close(): Promise<void>;
}

/** Links to this checkout's files, so that commands write nothing into it. */
const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'clone-'));
  const generated = ['.git', 'cdk.out', 'coverage'];
  for (const name of readdirSync(root).filter((each) => !generated.includes(each) && !each.endsWith('.html'))) {
    symlinkSync(join(root, name), join(folder, name));
  }
  return folder;
};

/** As a shell takes words apart: single quotes are all that the papers use. */
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

const runStart = async (args: readonly string[]): Promise<Ran> => {
  let [out, err] = ['', ''];
  const code = await runLocal(
    args.filter((word) => word !== '--' && word !== '--silent'),
    {
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (err += text) },
      env: {},
    },
  );
  return { code, out, err };
};

export const openClone = async (): Promise<Clone> => {
  const folder = makeFolder();
  const serve = { everySeconds: undefined, stateFolder: undefined };
  const options = { secret: secretName, tokenFileText: undefined, rotateBefore: undefined, singleUse: false };
  const served = await openServedCloud({ ...options, fail: undefined, serve }, createTerminal({ write: () => {} }, {}));
  writeFileSync(join(folder, 'momento_token.info.json'), readFileSync(served.tokenFile), { mode: 0o600 });
  return {
    folder,
    served,
    inShell: async (command) => {
      const env = { PATH: process.env.PATH ?? '', HOME: folder, npm_config_update_notifier: 'false', ...served.env };
      const { status, stdout, stderr } = await createShell(env, folder)(command);
      return { code: status, out: stdout, err: stderr };
    },
    inProcess: async (command) => {
      const [program, name, ...args] = wordsOf(command);
      const cwd = process.cwd();
      process.chdir(folder);
      try {
        // Only a person may roll back; an import would ask whether to delete the file, which later commands need.
        const person = args[0] === 'rollback' ? { answers: 'y\n' } : {};
        if (program === 'npx') return await runProgram(args, served.env, person);
        if (name === 'start') return await runStart(args);
        throw new Error(`Only a shell can run: ${command}`);
      } finally {
        process.chdir(cwd);
      }
    },
    close: async () => {
      await served.close();
      rmSync(folder, { recursive: true });
    },
  };
};
