import { sendAlert } from '../../../functions/alert/alert';
import { type Failure, parseFailure } from '../../../functions/alert/failure';
import type { AlertMessage } from '../../../functions/contract/alert';
import type { SecretName } from '../../../functions/contract/names';
import type { Rotation } from '../../../functions/contract/rotation';

export const now = Date.parse('2026-12-01T10:00:00Z');
export const hour = 3_600;
export const execution = 'arn:aws:states:eu-west-1:123456789012:execution:Rotate-Machine:run-1';
export const secretName = 'momento/authentication-token' as SecretName;

export const rotation = (changes: Partial<Rotation> = {}): Rotation =>
  ({
    secretName,
    secretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:momento/authentication-token-AbCdEf',
    decision: 'refresh',
    currentVersionId: 'version-of-current',
    candidateVersionId: 'version-of-candidate',
    candidateValidUntil: now / 1000 + 48 * hour,
    validUntil: now / 1000 + 171 * hour,
    ...changes,
  }) as Rotation;

export const cause = (errorMessage: string) => JSON.stringify({ errorType: 'E', errorMessage, trace: ['at nowhere'] });

/** What the state machine sends. */
export const event = (step: string, error: string, message: string, more: object = {}) => ({
  execution,
  input: {},
  failedState: step,
  data: {
    error: { Error: error, Cause: cause(message) },
    rotation: rotation(),
    ...more,
  },
});

export const parse = (value: unknown): Failure => parseFailure(value, () => 'default/secret' as SecretName, now / 1000);

/** What is published for this event. */
export const publish = async (
  value: unknown,
  scheduleInterval = 24 * hour,
): Promise<AlertMessage & { text: string }> => {
  const published: AlertMessage[] = [];
  const topic = {
    publish: async (message: AlertMessage) => {
      published.push(message);
    },
  };
  const clock = {
    now: () => now,
    sleep: async () => {},
    deadline: () => ({ expired: Promise.resolve(), cancel() {} }),
  };
  const log = { info() {}, warn() {}, count() {}, gauge() {} };
  const receipt = await sendAlert({ topic, clock, log }, { scheduleInterval })(parse(value));
  const [message] = published;
  if (published.length !== 1 || message === undefined) throw new Error(`${published.length} alerts`);
  const { severity, step } = message.alert;
  expect(receipt).toMatchObject({
    severity,
    step,
    secretName: message.alert.secretName,
    message: message.alert.message,
  });
  // What the execution's report shows is what was sent.
  for (const told of [receipt.applications, receipt.advice, receipt.command]) {
    if (told !== null) expect(message.lines.map((line) => line.trim())).toContain(told);
  }
  return { ...message, text: message.lines.join('\n') };
};
