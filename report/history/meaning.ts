import { shortId } from '../../functions/contract/names';
import type { ExecutionOutput } from '../../functions/contract/rotation';
import { asFields, parsed } from '../../functions/language/json';
import { type EpochSeconds, spokenDuration, spokenTime } from '../../functions/language/time';
import type { ExecutionHistory, StateVisit } from './execution-history';
import { alertToldIn, failedStateIn } from './failed';
import { detailIn, messageIn } from './told';

/** The result of an execution, for a reader who knows nothing about it. */
export interface Meaning {
  readonly tone: 'good' | 'warning' | 'critical' | 'running';
  /** The result in a word or two. */
  readonly word: string;
  readonly sentence: string;
  /** The secret's name, or a phrase for it if the name is not known. */
  readonly secretName: string;
  /** What the alert says as well; for a failure only. */
  readonly explanation: Explanation | undefined;
}

export interface Explanation {
  readonly happened: string;
  readonly applications: string | undefined;
  readonly advice: string;
  readonly command: string | undefined;
}

export interface Execution {
  readonly arn: string;
  /** `undefined` for the default secret, whose name the execution does not say. */
  readonly secretName: string | undefined;
  readonly history: ExecutionHistory;
  /** Epoch milliseconds: when the history was read. */
  readonly seenAt: number;
}

const until = (validUntil: EpochSeconds | null): string =>
  validUntil === null ? '' : `, valid until ${spokenTime(validUntil)}`;

/** Why no rotation was due. An execution may find that only after it has begun to rotate. */
const meaningOfNotDue = ({ secretName, validUntil }: ExecutionOutput, { visits }: ExecutionHistory): string => {
  const token =
    validUntil === null
      ? `the token of ${secretName} is valid long enough`
      : `the token of ${secretName} is valid until ${spokenTime(validUntil)}, which is long enough`;
  const did = (...names: string[]): boolean => visits.some(({ stateName }) => names.includes(stateName));
  if (did('Refresh', 'Promote')) return `Someone else made a token current in the meantime: ${token}.`;
  if (did('Tidy up')) return `A stale label was removed. No rotation was due: ${token}.`;
  return `No rotation was due: ${token}. Nothing was written.`;
};

type Told = Pick<Meaning, 'tone' | 'word' | 'sentence'>;

const meaningOfOutput = (output: ExecutionOutput, history: ExecutionHistory): Told | undefined => {
  const { outcome, secretName, validUntil, verified, detail } = output;
  switch (outcome) {
    case 'rotated':
    case 'resumed': {
      const origin = outcome === 'rotated' ? 'a new token' : 'the token that an earlier rotation left pending';
      const proof = verified
        ? 'it works, and applications that read the secret get it'
        : 'applications that read the secret get it, but it was not tested after it became current';
      return {
        tone: verified ? 'good' : 'warning',
        word: `${outcome === 'rotated' ? 'Rotated' : 'Resumed'}${verified ? '' : ', not verified'}`,
        sentence: `${secretName} has ${origin} (${shortId(output.versionId)}${until(validUntil)}): ${proof}.`,
      };
    }
    case 'notDue':
      return {
        tone: 'good',
        word: 'Not due',
        sentence: meaningOfNotDue(output, history),
      };
    case 'alreadyRunning':
      return {
        tone: 'good',
        word: 'Already running',
        sentence: `Another execution is refreshing ${secretName}, so this one left it alone: ${detail}.`,
      };
    case 'dryRun':
      return {
        tone: 'good',
        word: 'Dry run',
        sentence: `A dry run; nothing in ${secretName} was changed: ${detail}.`,
      };
    default:
      // The outcome comes from another release.
      return undefined;
  }
};

/** The secret's name, or a phrase for it if the name is not known. */
const nameOf = ({ secretName }: Execution): string => secretName ?? 'the default secret';

const meaningOfFailure = (execution: Execution): Meaning => {
  const { history } = execution;
  const { error = 'an unnamed error', cause } = history.failure ?? {};
  const told = alertToldIn(history);
  if (told) {
    const { severity, secretName, step, message, applications, advice, command } = told;
    const name = secretName === 'unknown' ? 'an unknown secret' : secretName;
    return {
      tone: severity === 'critical' ? 'critical' : 'warning',
      word: 'Failed',
      secretName: name,
      sentence: `The rotation of ${name} failed in ${step} with ${error}. ${applications}`,
      explanation: { happened: message, applications, advice, command: command ?? undefined },
    };
  }
  const secretName = nameOf(execution);
  return {
    tone: 'critical',
    word: 'Failed',
    secretName,
    sentence: `The rotation of ${secretName} failed in ${failedStateIn(history)} with ${error}.`,
    explanation: {
      happened: messageIn(cause) || 'Only the name of the error is known.',
      applications: undefined,
      advice: 'Open the state that failed, below. Then start another rotation: it resumes from here.',
      command: undefined,
    },
  };
};

interface Standing {
  readonly sentence: string;
  /** Applications may be using a token that does not work. */
  readonly isBad: boolean;
}

/** Which token is current. Until a new token is promoted, applications keep using the old one. */
const standing = ({ visits }: ExecutionHistory): Standing => {
  const last = (...names: string[]) => visits.findLast(({ stateName }) => names.includes(stateName));
  const told = asFields(asFields(asFields(parsed(last('Roll back')?.output)).tested).rotation);
  if (told.verdict === 'rolledBack') return { sentence: 'The previous token is current again', isBad: false };
  if (last('Verify')?.attempts.at(-1)?.failure?.error === 'TokenRejected') {
    const sentence = 'The new token is current, and Momento has rejected it: applications are probably failing';
    return { sentence, isBad: true };
  }
  const tried = last('Promote', 'Was it promoted?');
  if (!tried) return { sentence: 'The current token is unchanged', isBad: false };
  const sentence = tried.ending === 'succeeded' ? 'The new token is current' : 'The new token may be current already';
  return { sentence, isBad: false };
};

const meaningOfStop = (execution: Execution): Told => {
  const { history } = execution;
  const how = history.status === 'TIMED_OUT' ? 'ran out of time' : 'was stopped';
  const where = history.visits.at(-1)?.stateName ?? 'its beginning';
  const { sentence, isBad } = standing(history);
  const next = isBad ? 'start another rotation now, with --force' : 'the next rotation resumes from here';
  return {
    tone: isBad ? 'critical' : 'warning',
    word: history.status === 'TIMED_OUT' ? 'Timed out' : 'Stopped',
    sentence: `The rotation of ${nameOf(execution)} ${how} in ${where}. ${sentence}; ${next}.`,
  };
};

const often = (count: number): string => (count === 1 ? 'once' : `${count} times`);

const meaningOfRun = (execution: Execution): Told => {
  const { history, seenAt } = execution;
  const visit = history.visits.at(-1);
  const lasted = spokenDuration((seenAt - history.startedAt) / 1000);
  const failure = visit?.attempts.at(-1)?.failure;
  const doing =
    failure === undefined
      ? `in ${visit?.stateName ?? 'its beginning'}`
      : `in ${visit?.stateName}, which failed ${often(visit?.attempts.length ?? 1)} (${failure.error}) and will be retried`;
  return {
    tone: 'running',
    word: 'Running',
    sentence: `The rotation of ${nameOf(execution)} has been running for ${lasted} and is ${doing}. ${standing(history).sentence}.`,
  };
};

const meaningOfSuccess = (execution: Execution): Told => {
  const { history } = execution;
  const output = parsed(history.output) as ExecutionOutput | undefined;
  const told = output && meaningOfOutput(output, history);
  const sentence = `The rotation of ${nameOf(execution)} succeeded, with an outcome that this release does not know.`;
  return told ?? { tone: 'good', word: 'Succeeded', sentence };
};

/** Explains what an execution means for the secret and for the applications that read it. */
export const meaningOf = (execution: Execution): Meaning => {
  const common = { secretName: nameOf(execution), explanation: undefined };
  switch (execution.history.status) {
    case 'SUCCEEDED':
      return { ...common, ...meaningOfSuccess(execution) };
    case 'FAILED':
      return meaningOfFailure(execution);
    case 'RUNNING':
      return { ...common, ...meaningOfRun(execution) };
    default:
      return { ...common, ...meaningOfStop(execution) };
  }
};

/** The outcome of a state, in a few words. */
export const outcomeOfVisit = ({ type, ending, output, attempts }: StateVisit, next: string | undefined): string => {
  const failure = attempts.at(-1)?.failure;
  if ((ending === 'caught' || ending === 'running') && failure)
    return `${failure.error}: ${messageIn(failure.cause)}`.replace(/: $/, '');
  if (type === 'Choice') return next === undefined ? '' : `→ ${next}`;
  return type === 'Task' ? detailIn(output) : '';
};
