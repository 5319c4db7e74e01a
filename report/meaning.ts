import type { EpochSeconds, ExecutionOutput, SecretName } from '../functions/contract';
import { type Failure, parseFailure } from '../functions/failure';
import { type Impact, judgeImpact } from '../functions/impact';
import { remedyFor } from '../functions/remedy';
import { shortId, spokenDuration, spokenTime } from '../functions/sentence';
import { asFields } from '../functions/step-event';
import { type Course, dataIn, type Visit } from './course';
import { detailIn, messageIn } from './told';

/** What an execution came to, for a reader who knows nothing of it. */
export interface Meaning {
  readonly tone: 'good' | 'warning' | 'critical' | 'running';
  /** In a word or two. */
  readonly word: string;
  readonly sentence: string;
  /** What the alert says too; of a failure only. */
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
  readonly secretName: string;
  readonly course: Course;
  /** Epoch milliseconds: when it was looked at. */
  readonly seenAt: number;
}

const until = (validUntil: EpochSeconds | null): string =>
  validUntil === null ? '' : `, valid until ${spokenTime(validUntil)}`;

const meaningOfOutput = (output: ExecutionOutput): Omit<Meaning, 'explanation'> => {
  const { outcome, secretName, validUntil, verified, detail } = output;
  const version = shortId(output.versionId);
  switch (outcome) {
    case 'rotated':
    case 'resumed': {
      const origin = outcome === 'rotated' ? 'a new token' : 'the token that an earlier rotation had left';
      const proof = verified
        ? 'it works, and applications that read the secret get it'
        : 'applications that read the secret get it, but it was not tested after it was made current';
      return {
        tone: verified ? 'good' : 'warning',
        word: `${outcome === 'rotated' ? 'Rotated' : 'Resumed'}${verified ? '' : ', not verified'}`,
        sentence: `${secretName} has ${origin} (${version}${until(validUntil)}): ${proof}.`,
      };
    }
    case 'notDue':
      return {
        tone: 'good',
        word: 'Not due',
        sentence: `Nothing had to be done: the token of ${secretName}${validUntil === null ? '' : ` is valid until ${spokenTime(validUntil)}, which`} is long enough, and nothing was written.`,
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
        sentence: `A rehearsal, nothing of ${secretName} was changed: ${detail}.`,
      };
  }
};

/** The alert function's own view of a failure, from the data that the state machine gave it. */
const failureIn = ({ arn, secretName, course }: Execution, alert: Visit): Failure | undefined => {
  try {
    return parseFailure(
      { execution: arn, input: dataIn(course.input), data: dataIn(alert.input) },
      () => secretName as SecretName,
      alert.enteredAt / 1000,
    );
  } catch {
    // Cut off, or of an older release.
    return undefined;
  }
};

/** What a failure means for applications, in the shortest. */
const consequenceOf = ({ failing }: Impact, isCritical: boolean): string => {
  if (failing === 'now') return 'applications are failing, or probably are';
  if (failing === 'unknown') {
    return isCritical ? 'applications find no token in it either' : 'it changed nothing for applications';
  }
  const going = 'applications go on with the token that they have';
  return isCritical ? `${going}, but somebody has to act before it expires` : going;
};

const meaningOfFailure = (execution: Execution): Meaning => {
  const { course, secretName } = execution;
  const { error = 'an unnamed error', cause } = course.trouble ?? {};
  const alert = course.visits.find(({ stateName }) => stateName === 'Alert');
  const failure = alert && failureIn(execution, alert);
  if (!failure) {
    const step = course.visits.findLast(({ type }) => type !== 'Fail')?.stateName ?? 'no state';
    return {
      tone: 'critical',
      word: 'Failed',
      sentence: `The rotation of ${secretName} failed in ${step} with ${error}.`,
      explanation: {
        happened: messageIn(cause) || 'No more is known than the error’s name.',
        applications: undefined,
        advice: 'Look at the state that failed, below. Then start another rotation: it goes on from here.',
        command: undefined,
      },
    };
  }
  // How far the next scheduled run is, a history does not tell; how bad it was, the alert function knew.
  const impact = judgeImpact(failure, alert.enteredAt / 1000, 0);
  const { severity } = asFields(asFields(dataIn(alert.output)).alert);
  const isCritical = (typeof severity === 'string' ? severity : impact.severity) === 'critical';
  const { advice, command } = remedyFor(failure, impact);
  const name = failure.secretName ?? 'an unknown secret';
  return {
    tone: isCritical ? 'critical' : 'warning',
    word: 'Failed',
    sentence: `The rotation of ${name} failed in ${failure.step} with ${failure.error}: ${consequenceOf(impact, isCritical)}.`,
    explanation: { happened: failure.message, applications: impact.applications, advice, command },
  };
};

/** Whether AWSCURRENT is as it was: until it is promoted, a new token changes nothing for applications. */
const standing = ({ visits }: Course): string => {
  const tried = visits.filter(({ stateName }) => stateName === 'Promote' || stateName === 'Promotion found').at(-1);
  if (!tried) return 'The current token is untouched';
  return tried.ending === 'succeeded' ? 'The new token is current' : 'The new token may be current already';
};

const meaningOfStop = ({ course, secretName }: Execution): Meaning => {
  const how = course.status === 'TIMED_OUT' ? 'ran out of time' : 'was stopped';
  const where = course.visits.at(-1)?.stateName ?? 'its beginning';
  return {
    tone: 'warning',
    word: course.status === 'TIMED_OUT' ? 'Timed out' : 'Stopped',
    sentence: `The rotation of ${secretName} ${how} in ${where}. ${standing(course)}; the next rotation finishes what this one left.`,
    explanation: undefined,
  };
};

const often = (count: number): string => (count === 1 ? 'once' : `${count} times`);

const meaningOfRun = ({ course, secretName, seenAt }: Execution): Meaning => {
  const visit = course.visits.at(-1);
  const lasted = spokenDuration((seenAt - course.startedAt) / 1000);
  const trouble = visit?.attempts.at(-1)?.trouble;
  const doing =
    trouble === undefined
      ? `in ${visit?.stateName ?? 'its beginning'}`
      : `in ${visit?.stateName}, which failed ${often(visit?.attempts.length ?? 1)} (${trouble.error}) and is to be tried again`;
  return {
    tone: 'running',
    word: 'Running',
    sentence: `The rotation of ${secretName} has been running for ${lasted} and is ${doing}. ${standing(course)}.`,
    explanation: undefined,
  };
};

/** Says what an execution means for the secret and whoever reads it. */
export const meaningOf = (execution: Execution): Meaning => {
  const { course } = execution;
  switch (course.status) {
    case 'SUCCEEDED': {
      const output = dataIn(course.output) as ExecutionOutput | undefined;
      if (output?.outcome !== undefined) return { ...meaningOfOutput(output), explanation: undefined };
      const sentence = `The rotation of ${execution.secretName} succeeded; what it came to was not kept.`;
      return { tone: 'good', word: 'Succeeded', sentence, explanation: undefined };
    }
    case 'FAILED':
      return meaningOfFailure(execution);
    case 'RUNNING':
      return meaningOfRun(execution);
    default:
      return meaningOfStop(execution);
  }
};

/** What came of a state, in a few words. */
export const outcomeOfVisit = ({ type, ending, output, attempts }: Visit, next: string | undefined): string => {
  const trouble = attempts.at(-1)?.trouble;
  if ((ending === 'caught' || ending === 'running') && trouble)
    return `${trouble.error}: ${messageIn(trouble.cause)}`.replace(/: $/, '');
  if (type === 'Choice') return next === undefined ? '' : `→ ${next}`;
  return type === 'Task' ? detailIn(output) : '';
};
