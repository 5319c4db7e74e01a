import type { CloudIntercept, EmbeddedCloud } from '../../local/cloud/embedded-cloud';
import { MomentoStatus } from '../../local/cloud/momento/momento';
import { ServiceError } from '../../local/cloud/wire/service';
import { type Chosen, chooseFailure } from '../../local/failures/choose';
import { provoke } from '../../local/failures/scenario';
import type { Watcher } from '../../statemachine/execution-events';
import { type Setting, type SettingOptions, secretName, withCloud } from '../cloud';

/**
 * Replaces the message of every refusal. Not for SNS: it never receives a token, and Step Functions shows its messages.
 */
const saying =
  (text: string, intercept: CloudIntercept): CloudIntercept =>
  async (call, proceed) => {
    if (call.service === 'sns') return intercept(call, proceed);
    try {
      return await intercept(call, proceed);
    } catch (error) {
      if (error instanceof ServiceError) throw new ServiceError(error.code, text, error.httpStatus);
      if (error instanceof MomentoStatus) throw new MomentoStatus(error.code, text);
      throw error;
    }
  };

export interface Provoked extends Setting {
  readonly result: Awaited<ReturnType<Setting['machine']['start']>>;
  readonly alerts: ReturnType<EmbeddedCloud['takeAlerts']>;
}

/** A failure as `--fail` takes it. */
export const chosen = (text: string): Chosen => {
  const found = chooseFailure(text);
  if (found) return found;
  throw new Error(`There is no failure ${text}.`);
};

export interface FailureOptions extends SettingOptions {
  /** The message of every refusal. @default the service's message */
  readonly refusal?: string;
}

/** Runs a test with its own services. */
type Within<S extends Setting> = <T>(options: SettingOptions, test: (setting: S) => Promise<T>) => Promise<T>;

/** Injects a failure while `run` runs an execution with this watcher. Restores the secret before `look`. */
export const withFailure = async <S extends Setting, Ran, T>(
  within: Within<S>,
  { failure, always }: Chosen,
  { refusal, ...options }: FailureOptions,
  run: (setting: S, watcher: Watcher) => Promise<Ran>,
  look: (setting: S, ran: Ran) => Promise<T> | T,
): Promise<T> => {
  const provocation = provoke(failure);
  const intercept = refusal === undefined ? provocation.intercept : saying(refusal, provocation.intercept);
  return within({ ...options, intercept }, async (setting) => {
    const { cloud, machine, clock } = setting;
    await provocation.begin({ cloud, machine, clock, secret: secretName, always });
    const ran = await run(setting, provocation.watcher);
    // A case without states only prepares the secret: no call fails.
    expect(provocation.end() || failure.states?.length === 0).toBe(true);
    return look(setting, ran);
  });
};

/** Runs one execution with a failure and passes its results to `look`. */
export const runProvoked = <T>(
  failing: Chosen,
  { env = { SCHEDULE_INTERVAL: '1h' }, ...options }: FailureOptions,
  look: (provoked: Provoked) => Promise<T> | T,
): Promise<T> =>
  withFailure(
    withCloud,
    failing,
    { env, ...options },
    ({ machine }, watcher) => machine.start({}, { watcher }),
    (setting, result) => look({ ...setting, result, alerts: setting.cloud.takeAlerts() }),
  );
