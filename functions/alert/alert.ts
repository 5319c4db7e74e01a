import type { AlertMessage, AlertReceipt, Topic } from '../contract/alert';
import { placeOf } from '../contract/execution-arn';
import { gaugeExpiry } from '../contract/expiry';
import type { Clock, Log } from '../contract/ports';
import type { AlertSettings } from '../contract/settings';
import { ourWord, type Sentence, sentence, shorten } from '../language/sentence';
import type { Failure } from './failure';
import { type Impact, judgeImpact } from './impact';
import { type Remedy, remedyFor } from './remedy';

interface AlertPorts {
  readonly topic: Topic;
  readonly clock: Clock;
  readonly log: Log;
}

/** The limit of SNS, in characters. */
const longestSubject = 99;

const unknownSecret = sentence`unknown`;

const subjectOf = (failure: Failure, { severity }: Impact): Sentence => {
  const { error } = failure;
  const around = `[${severity}] Rotation of  failed: ${error}`.length;
  const name = shorten(failure.secretName ?? sentence`an unknown secret`, Math.max(longestSubject - around, 10));
  return shorten(sentence`[${ourWord(severity)}] Rotation of ${name} failed: ${ourWord(error)}`, longestSubject);
};

const linesOf = (failure: Failure, { applications }: Impact, { advice, command }: Remedy): Sentence[] => {
  const consoleUrl = placeOf(failure.execution)?.consoleUrl ?? null;
  return [
    sentence`The rotation of a Momento token failed.`,
    sentence``,
    sentence`Secret: ${failure.secretName ?? unknownSecret}`,
    sentence`Step:   ${failure.step}`,
    sentence`Error:  ${ourWord(failure.error)}`,
    sentence``,
    sentence`What happened`,
    failure.message,
    sentence``,
    sentence`What it means for applications`,
    applications,
    sentence``,
    sentence`What to do`,
    advice,
    ...(command === undefined ? [] : [sentence``, sentence`  ${command}`]),
    sentence``,
    sentence`The execution`,
    consoleUrl ?? sentence`${failure.execution}`,
  ];
};

const composeAlert = (failure: Failure, impact: Impact, remedy: Remedy): AlertMessage => ({
  subject: subjectOf(failure, impact),
  lines: linesOf(failure, impact, remedy),
  alert: {
    severity: impact.severity,
    secretName: failure.secretName ?? unknownSecret,
    step: failure.step,
    error: failure.error,
    message: failure.message,
    validUntil: impact.validUntil,
    executionArn: failure.execution,
    consoleUrl: placeOf(failure.execution)?.consoleUrl ?? null,
  },
});

/**
 * Tells the subscribers of the alert topic what failed, what it means for the applications, and what to do.
 * @throws SnsUnavailable, AccessDenied, InvalidInput
 */
export const sendAlert =
  ({ topic, clock, log }: AlertPorts, { scheduleInterval }: AlertSettings) =>
  async (failure: Failure): Promise<AlertReceipt> => {
    const impact = judgeImpact(failure, clock.now() / 1000, scheduleInterval);
    const remedy = remedyFor(failure, impact);
    if (impact.validUntil !== null) gaugeExpiry(log, clock, impact.validUntil);
    await topic.publish(composeAlert(failure, impact, remedy));
    return {
      severity: impact.severity,
      secretName: failure.secretName ?? unknownSecret,
      step: failure.step,
      message: failure.message,
      applications: impact.applications,
      advice: remedy.advice,
      command: remedy.command ?? null,
      detail: sentence`sent as ${ourWord(impact.severity)}`,
    };
  };
