import { MomentoStatus } from '../local/cloud/momento';
import { ServiceError } from '../local/cloud/service';
import type { CloudIntercept, EmbeddedCloud } from '../local/embedded-cloud';
import { type Chosen, chooseFailure } from '../local/failures/choose';
import { provoke } from '../local/failures/scene';
import { type Setting, type SettingOptions, secretName, withCloud } from './cloud';

/**
 * Every refusal says this instead of what it would have said. SNS is left out: it is never told a token, and Step Functions
 * itself shows what it says.
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

/** Runs one execution that meets a failure, and hands over what came of it. */
export const runProvoked = async <T>(
  { failure, always }: Chosen,
  { refusal, ...options }: SettingOptions & { readonly refusal?: string },
  look: (provoked: Provoked) => Promise<T> | T,
): Promise<T> => {
  const provocation = provoke(failure);
  const intercept = refusal === undefined ? provocation.intercept : saying(refusal, provocation.intercept);
  return withCloud({ env: { SCHEDULE_INTERVAL: '1h' }, ...options, intercept }, async (setting) => {
    const { cloud, machine, clock } = setting;
    await provocation.begin({ cloud, machine, clock, secret: secretName, always });
    const result = await machine.start({}, { watcher: provocation.watcher });
    expect(provocation.end()).toBe(true);
    return look({ ...setting, result, alerts: cloud.takeAlerts() });
  });
};
