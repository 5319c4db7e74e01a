import { failures } from './catalogue';
import { type Failure, type StepName, steps } from './scenario';

/** A failure that `--fail` selects. */
export interface Chosen {
  readonly failure: Failure;
  readonly always: boolean;
}

/** The failure that `--fail STEP` selects. */
const mostInstructive: Readonly<Record<StepName, string>> = {
  fetch: 'MalformedSecret',
  refresh: 'crash',
  validate: 'TokenRejected',
  promote: 'VersionConflict',
  verify: 'TokenRejected:always',
  alert: 'AccessDenied',
};

const isStep = (text: string): text is StepName => (steps as readonly string[]).includes(text);

/** Reads `STEP`, `STEP:ERROR` or `STEP:ERROR:always`; `undefined` if the catalogue has no such failure. */
export const chooseFailure = (text: string): Chosen | undefined => {
  const [step = '', ...given] = text.split(':');
  if (!isStep(step)) return undefined;
  const [error, always, ...more] = given.length > 0 ? given : mostInstructive[step].split(':');
  const failure = failures.find((each) => each.step === step && each.error === error);
  if (!failure || more.length > 0 || (always !== undefined && always !== 'always')) return undefined;
  return { failure, always: always !== undefined };
};

/** A line for each failure. */
export const listFailures = (): string[] => {
  const width = Math.max(...failures.map(({ step, error }) => `${step}:${error}`.length));
  return failures.map(({ step, error, summary }) => {
    const [instructive] = mostInstructive[step].split(':');
    return `${`${step}:${error}`.padEnd(width)} ${error === instructive ? '*' : ' '} ${summary}`;
  });
};
