import { secretName } from '../cloud';
import { expectNoTrace, tokensIn } from '../token-traces';
import type { Clone, Ran } from './clone';
import { commandsIn, paper, papers } from './papers';

/** The parts that a shell runs one after the other. */
export const partsOf = (line: string): string[] => line.split(' && ');

/** Whether it needs nothing but a clone. */
export const isLocal = (command: string): boolean => /^(npm start|npx momento-rotation)\b| --scenario /.test(command);

/** Those that end with exit code 1, because what they show is a failure. */
const failing = [
  'npm start -- --fail refresh:RefreshRejected',
  'npm start -- --fail verify',
  'npm start -- --report out.html --fail verify',
  'npm start -- --fail refresh:crash --single-use',
];

/** All papers but the emulators' README, whose commands are for contributors. */
export const usersPapers = papers.filter(({ file }) => file !== 'test/proofs/emulators/README.md');

export const inReadme = commandsIn(paper('README.md')).flatMap(partsOf).filter(isLocal);

export const inPages = usersPapers
  .filter(({ file }) => file !== 'README.md')
  .flatMap(commandsIn)
  .flatMap(partsOf)
  .filter(isLocal);

/** Whether it runs until Ctrl-C. */
export const serves = (command: string): boolean => command.includes(' --serve');

/** Whether only a shell can run it. */
export const needsShell = (command: string): boolean => command.startsWith('npm run ');

/** It ends well, complains of nothing, prints something, and no token. */
export const expectAsWritten = ({ served }: Clone, command: string, { code, out, err }: Ran): void => {
  // The question to the user, and the reminder if there is no terminal to ask on.
  const complaint = err
    .replace(/^.*\? \[y\/N\] /s, '')
    .replace('momento_token.info.json still holds the token: delete it.\n', '');
  expect([command, code, complaint]).toEqual([command, failing.includes(command) ? 1 : 0, '']);
  expect(out).not.toBe('');
  expectNoTrace(out, tokensIn(served.cloud, secretName));
};
