import { spokenDuration, spokenTime } from '../../functions/language/time';
import { frequencyOf } from '../../infra/plan/schedule-expression';
import { allowedSilenceHours, isTooRareToWatch } from '../../infra/plan/silence';
import { isKnown, type Part } from '../command/part';
import type { LastRuns } from '../deployment/last-runs';
import { importNew, rotateNow } from '../deployment/remedies';
import { type NamedSchedule, scheduledRuns } from '../deployment/schedules-of';
import type { SecretState } from '../deployment/secret-state';
import { type Finding, ok, problem, unknown, warning } from './finding';

/** What the doctor knows about a secret besides its own state. */
export interface SecretSurroundings {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly schedules: Part<readonly NamedSchedule[]>;
  readonly runs: Part<ReadonlyMap<string, LastRuns>>;
  /** The result of testing the current token against Momento. */
  readonly momento: Part<'works' | 'forbidden' | 'rejected'>;
  /** KMS's name for the state of the secret's customer managed key; `undefined`: it has none. */
  readonly keyState: Part<string | undefined>;
}

const checkToken = ({ name, current: part }: SecretState, { now, momento }: SecretSurroundings): Finding => {
  const about = `token in ${name}`;
  if (!isKnown(part)) return unknown(about, part);
  const { value: current } = part;
  if (typeof current === 'string') return problem(about, current, importNew);
  const left = current.validUntil - now / 1000;
  if (left <= 0) return problem(about, `It expired ${spokenDuration(left)} ago`, importNew);
  if (!current.isRefreshable) return problem(about, 'It has no refresh token, so it cannot be rotated', importNew);
  const validity = `valid until ${spokenTime(current.validUntil)}`;
  if (!isKnown(momento))
    return warning(about, `It can be rotated, ${validity}; it could not be tested against Momento`, momento.unknown);
  if (momento.value === 'rejected') return problem(about, 'Momento does not accept it', importNew);
  return ok(about, `It can be rotated, Momento accepts it, ${validity}`);
};

const checkNativeRotation = ({ name, nativeRotation }: SecretState): Finding => {
  const about = `native rotation of ${name}`;
  if (!nativeRotation) return ok(about, 'It is off');
  const remedy = `aws secretsmanager cancel-rotate-secret --secret-id ${name}`;
  return problem(about, "Secrets Manager's automatic rotation is on, too, and conflicts with this one", remedy);
};

/** Whether a KMS key in that state can be used; it may encrypt a secret or a topic. */
export const checkKey = (about: string, keyState: Part<string | undefined>): Finding => {
  if (!isKnown(keyState)) return unknown(about, keyState);
  const { value: state } = keyState;
  if (state === undefined) return ok(about, 'No customer managed key');
  if (state === 'Enabled') return ok(about, 'The customer managed key is enabled');
  const remedy =
    state === 'PendingDeletion' ? 'aws kms cancel-key-deletion, then aws kms enable-key' : 'aws kms enable-key';
  return problem(
    about,
    `The customer managed key cannot be used (${state})`,
    `${remedy}, or set another key and deploy again.`,
  );
};

const enoughRuns = 2;

/** How many scheduled runs there are before the token expires. */
const checkRunway = ({ name, current }: SecretState, { now, schedules }: SecretSurroundings): Finding | undefined => {
  if (!isKnown(current) || typeof current.value === 'string') return undefined;
  const about = `runway of ${name}`;
  const runs = scheduledRuns(schedules, name, now, { before: current.value.validUntil * 1000, most: 100 });
  if (!isKnown(runs)) return unknown(about, runs);
  const count = runs.value.length;
  const found = `${count === 100 ? '100 or more' : count} scheduled ${count === 1 ? 'run' : 'runs'} before the token expires`;
  if (count >= enoughRuns) return ok(about, found);
  if (count === 0) return problem(about, found, `Rotate it now: ${rotateNow(name)}`);
  return warning(
    about,
    found,
    'If that run fails, the token expires before the next one. Use a shorter schedule interval.',
  );
};

interface Pause {
  /** The scheduled time between two rotations, in seconds. */
  readonly gap: number;
  /** The same, plus the flexible window by which a run may start later. */
  readonly longest: number;
}

const longestPause = (schedules: Part<readonly NamedSchedule[]>, name: string): Pause | undefined => {
  if (!isKnown(schedules)) return undefined;
  const pauses = schedules.value
    .map(({ schedule }) => schedule)
    .filter((schedule) => schedule !== undefined)
    .filter(({ secretName, isCheck }) => secretName === name && !isCheck)
    .flatMap(({ expression, timeZone, flexibleWindowMinutes }) => {
      const gap = frequencyOf(expression, timeZone)?.longestGap;
      return gap === undefined ? [] : [{ gap, longest: gap + flexibleWindowMinutes * 60 }];
    });
  return pauses.toSorted((one, other) => other.longest - one.longest)[0];
};

/**
 * In seconds, as the alarm *no success* has it by default: the setting `noSuccessHours` is not known here. Runs too
 * infrequent for an alarm may miss one run, plus some hours.
 */
const allowedSilence = (pause: number): number =>
  isTooRareToWatch(pause) ? 2 * pause + 3 * 3_600 : allowedSilenceHours(pause) * 3_600;

const checkLastSuccess = ({ name }: SecretState, { now, schedules, runs }: SecretSurroundings): Finding => {
  const about = `last success of ${name}`;
  if (!isKnown(runs)) return unknown(about, runs);
  const { lastSuccess: success, among = 0 } = runs.value.get(name) ?? {};
  if (success === undefined) {
    const found = among === 0 ? 'None yet' : `None among the last ${among} executions`;
    return warning(about, found, `Rotate it: ${rotateNow(name)}`);
  }
  const ago = now / 1000 - success.at;
  const found = `${success.outcome} ${spokenDuration(ago)} ago`;
  const pause = longestPause(schedules, name);
  if (pause === undefined || ago <= allowedSilence(pause.longest)) return ok(about, found);
  const remedy = `Rotate it, and find out why the schedule did not: ${rotateNow(name)}`;
  return problem(about, `${found}, though it is scheduled every ${spokenDuration(pause.gap)}`, remedy);
};

/** Checks that the secret holds a token that can be rotated, and that it is rotated. */
export const checkSecret = (state: SecretState, surroundings: SecretSurroundings): readonly Finding[] =>
  [
    checkToken(state, surroundings),
    checkNativeRotation(state),
    checkKey(`key of ${state.name}`, surroundings.keyState),
    checkRunway(state, surroundings),
    checkLastSuccess(state, surroundings),
  ].filter((finding) => finding !== undefined);
