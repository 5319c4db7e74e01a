import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../functions/adapters/clock';
import { defaultSecretName } from '../functions/contract/names';
import type { ExecutionOutput } from '../functions/contract/rotation';
import { printWrapped, type Terminal } from '../terminal/terminal';
import { type EmbeddedCloud, importToken, startCloud } from './cloud/embedded-cloud';
import { openState } from './cloud/kept-state';
import { createStepFunctions, type ExecutionRecord, type StepFunctions } from './cloud/step-functions/step-functions';
import { provoke } from './failures/scenario';
import { createMachine, stateMachineArn, wireHandlers } from './machine/machine';
import type { Options } from './options';

export type ServedOptions = Pick<Options, 'secret' | 'tokenFileText' | 'rotateBefore' | 'singleUse' | 'fail'> & {
  readonly serve: NonNullable<Options['serve']>;
};

export interface ServedCloud {
  /**
   * Variables that make the AWS CLI and the operator's commands use these services, in the order in which they are
   * shown.
   */
  readonly env: Readonly<Record<string, string>>;
  /** A token document as the Momento console issues it, for an import. */
  readonly tokenFile: string;
  readonly cloud: EmbeddedCloud;
  readonly stepFunctions: StepFunctions;
  close(): Promise<void>;
}

const daySeconds = 86_400;

/**
 * A new token that the local Momento knows, and that expires after the secret's, in a file that only the user can read.
 */
const downloadToken = ({ momento }: EmbeddedCloud, folder: string): string => {
  const file = join(folder, 'momento_token.info.json');
  const document = momento.issue({ kind: 'v1', lifeSeconds: 7 * daySeconds });
  writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600 });
  return file;
};

const outcomeOf = ({ status, output, error }: NonNullable<ExecutionRecord['result']>): string => {
  if (status === 'SUCCEEDED') return (output as ExecutionOutput).outcome;
  return status === 'FAILED' ? `failed: ${error}` : status.toLowerCase().replace('_', ' ');
};

/** Prints the start and end of each execution, and the alerts that it sent. */
const tell = (terminal: Terminal, cloud: EmbeddedCloud, { name, result }: ExecutionRecord): void => {
  const time = new Date().toISOString().slice(11, 19);
  terminal.print(`${terminal.paint('dim', time)}  ${name}  ${result ? outcomeOf(result) : 'started'}`);
  for (const { subject } of result ? cloud.takeAlerts() : []) {
    terminal.print(`${terminal.paint('dim', time)}  alert: ${subject}`);
  }
};

const keepStarting = (stepFunctions: StepFunctions, secretName: string, everySeconds: number): NodeJS.Timeout =>
  setInterval(() => {
    const scheduledTime = new Date().toISOString();
    const input = JSON.stringify({ secretName, scheduledTime });
    stepFunctions.call('StartExecution', { stateMachineArn, name: randomUUID(), input });
  }, everySeconds * 1000);

/**
 * Starts the embedded cloud with Step Functions over it, in real time.
 * @throws UsageError if the folder for its state cannot be used
 */
export const openServedCloud = async (options: ServedOptions, terminal: Terminal): Promise<ServedCloud> => {
  const { secret, fail, serve, singleUse, rotateBefore, tokenFileText } = options;
  const { everySeconds, stateFolder } = serve;
  const state = stateFolder === undefined ? undefined : openState(stateFolder);
  // Not in the user's folder, where a real token file of the same name may be.
  const temporary = mkdtempSync(join(tmpdir(), 'momento-rotation-'));
  const tidy = (): void => {
    state?.release();
    rmSync(temporary, { recursive: true, force: true });
  };
  // Ctrl-C ends the process without a return to here.
  process.once('exit', tidy);
  const clock = systemClock;
  const provocation = fail && provoke(fail.failure);
  const cloud = await startCloud({
    clock,
    refreshTokens: singleUse ? 'singleUse' : 'reusable',
    ...(provocation ? { intercept: provocation.intercept } : {}),
    state,
    // AWS keeps each version for a day, so a schedule this fast could not be deployed. Here it may be faster.
    unlabelled: everySeconds === undefined ? 'kept' : 'trimmedAtOnce',
  });
  if (!state?.secretsManager.kept?.some(({ name }) => name === secret)) importToken(cloud, secret, tokenFileText);
  const functionsEnv = {
    ...cloud.env,
    DEFAULT_SECRET_NAME: secret,
    SCHEDULE_INTERVAL: `${everySeconds ?? daySeconds}s`,
    ...(rotateBefore === undefined ? {} : { ROTATE_BEFORE: rotateBefore }),
  };
  const machine = createMachine(wireHandlers({ env: functionsEnv, clock, write: () => {} }), clock, cloud.alertTopic);
  await provocation?.begin({ cloud, machine, clock, secret, always: fail?.always ?? false });
  let failing = provocation;
  const stepFunctions = createStepFunctions({
    machine,
    clock,
    onExecution: (record) => {
      tell(terminal, cloud, record);
      const watcher = failing?.watcher;
      if (record.result) {
        failing?.end();
        failing = undefined;
      }
      return watcher;
    },
  });
  cloud.serveStepFunctions(stepFunctions);
  const schedule = everySeconds === undefined ? undefined : keepStarting(stepFunctions, secret, everySeconds);
  const { AWS_REGION = '', MOMENTO_ENDPOINT_OVERRIDE = '', AWS_ENDPOINT_URL = '' } = cloud.env;
  return {
    env: {
      AWS_ENDPOINT_URL,
      AWS_REGION,
      // The only one that older versions of the AWS CLI read.
      AWS_DEFAULT_REGION: AWS_REGION,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      MOMENTO_ENDPOINT_OVERRIDE,
      MOMENTO_ROTATION_STATE_MACHINE_ARN: stateMachineArn,
    },
    tokenFile: downloadToken(cloud, temporary),
    cloud,
    stepFunctions,
    close: async () => {
      clearInterval(schedule);
      await stepFunctions.close();
      await cloud.close();
      process.removeListener('exit', tidy);
      tidy();
    },
  };
};

/** Prints what is served, and how to use it from another terminal. */
export const showServed = (terminal: Terminal, { serve, secret }: ServedOptions, served: ServedCloud): void => {
  const { everySeconds, stateFolder } = serve;
  const lines = [
    `Serving Secrets Manager, SNS, Step Functions and Momento on this machine, with a token in ${secret}. Press Ctrl-C to stop.`,
    stateFolder === undefined
      ? 'Secrets are lost then: --state FOLDER keeps them.'
      : `Secrets are kept in ${stateFolder}, executions are not.`,
    ...(everySeconds === undefined ? [] : [`A rotation starts every ${everySeconds} seconds.`]),
    '',
    'In another terminal, in this folder:',
  ];
  for (const text of lines) printWrapped(terminal, text);
  terminal.print();
  for (const [name, value] of Object.entries(served.env)) terminal.print(`  export ${name}=${value}`);
  terminal.print();
  // Without a stack, the commands use the default name.
  const named = secret === defaultSecretName ? '' : ` --secret ${secret}`;
  for (const command of ['status', 'rotate', `import ${served.tokenFile}`, 'rollback --to previous']) {
    terminal.print(`  npx momento-rotation ${command}${named}`);
  }
  terminal.print();
};
