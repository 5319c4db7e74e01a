import { brokenContract, type ErrorName, errorNames } from '../contract/errors';
import { nameFields, parseExecutionInput } from '../contract/execution-input';
import type { ExecutionArn, SecretName } from '../contract/names';
import type { Rotation } from '../contract/rotation';
import { nameOfSecret } from '../contract/secret-name';
import { isRotation, requireExecution } from '../contract/step-event';
import { testCountsSeconds } from '../contract/timing';
import { asFields } from '../language/json';
import { codeWord, type Sentence, sentence, stateName } from '../language/sentence';
import type { EpochSeconds } from '../language/time';

/** What the state machine gives to the alert function: an execution that is about to fail. */
export interface Failure {
  readonly execution: ExecutionArn;
  /** `undefined` if it was not even known which secret was meant. */
  readonly secretName: SecretName | undefined;
  /** The state that failed. */
  readonly step: Sentence;
  /** One of ours, or as AWS names it. */
  readonly error: ErrorName | Sentence;
  readonly message: Sentence;
  /** As far as it came; `undefined` if Fetch itself failed. */
  readonly rotation: Rotation | undefined;
  readonly aftermath: Aftermath;
}

/** What AWSCURRENT holds at the end, as far as it differs from what Fetch saw. */
export type Aftermath =
  | 'unchanged'
  /** The new token was promoted, rejected, and the one before it is current again. */
  | 'rolledBack'
  /** The new token was promoted and rejected, and stays: the one before it does not work either. */
  | 'bothRejected'
  /** The new token was promoted and rejected, and stays: the one before it could not be tested, or both were long ago. */
  | 'previousUntested'
  /** The new token was promoted and rejected; the one before it works, but the roll back to it failed or gave no answer. */
  | 'rollBackFailed'
  /** The new token was promoted and rejected; before it could be rolled back, somebody made another one current. */
  | 'overtaken'
  /** Nobody could tell whether the promotion got through. */
  | 'perhapsPromoted';

const isOurs = (error: string): error is ErrorName => (errorNames as readonly string[]).includes(error);

/** A timeout, or a death without a word. What the function had begun may have been done or not. */
const cutShort = new Set(['Sandbox.Timedout', 'States.Timeout', 'Runtime.ExitError', 'Lambda.Unknown']);

const explainPlatform = (error: Sentence, step: Sentence): Sentence => {
  const refresh = step === 'Refresh' ? sentence` Whether Momento made a new token meanwhile is not known.` : sentence``;
  if (cutShort.has(error)) {
    return sentence`The function was cut short before it could answer (${error}): it ran out of time or memory, or was stopped.${refresh}`;
  }
  if (error.startsWith('Lambda.')) return sentence`AWS Lambda could not run the function (${error}).${refresh}`;
  if (error.startsWith('States.')) return sentence`Step Functions could not run the step (${error}).`;
  return sentence`The function failed in a way that it should not (${error}). Its log names the place in the code.${refresh}`;
};

/** The longest that one of our own sentences gets. */
const longestMessage = 4_000;

/**
 * The sentence that a function threw. Functions throw sentences under our names and nothing else; a cause that comes with
 * any other name is the platform's, and may hold anything.
 */
const messageOf = (error: Failure['error'], cause: string, step: Sentence): Sentence => {
  if (!isOurs(error)) return explainPlatform(error, step);
  let message: unknown = cause;
  try {
    message = asFields(JSON.parse(cause)).errorMessage;
  } catch {
    // Not from Lambda: the state machine took the sentence from a step's result.
  }
  return typeof message === 'string' && message !== ''
    ? (message.slice(0, longestMessage) as Sentence)
    : sentence`No more is known than the error's name.`;
};

const nameIn = (input: unknown, defaultName: () => SecretName): SecretName | undefined => {
  try {
    return nameOfSecret(parseExecutionInput(input, defaultName).secretName);
  } catch {
    // The input may be the very thing that is wrong.
    return undefined;
  }
};

/** Only what the input says of the name: another field of it may be wrong. */
const namesIn = (input: unknown): unknown =>
  Object.fromEntries(
    nameFields.flatMap((field) => (field in asFields(input) ? [[field, asFields(input)[field]]] : [])),
  );

/** A misspelt field might have been the name, so that the default must not be taken for it. */
const meantSecret = (input: unknown, defaultName: () => SecretName): SecretName | undefined =>
  nameIn(input, defaultName) ??
  nameIn(namesIn(input), () => {
    throw new RangeError('No name was given.');
  });

/** @param now epoch seconds */
const aftermathOf = (data: Readonly<Record<string, unknown>>, step: Sentence, now: EpochSeconds): Aftermath => {
  const unanswered = data.unanswered !== undefined;
  if (step === 'Promote') return unanswered ? 'perhapsPromoted' : 'unchanged';
  if (step !== 'Verify') return 'unchanged';
  const { verdict, testedAt } = asFields(asFields(data.tested).rotation);
  if (verdict === 'rolledBack') return 'rolledBack';
  if (asFields(data.unanswered).Error === 'VersionConflict') return 'overtaken';
  // What an execution found hours ago, it does not know any more when it is redriven.
  if (typeof testedAt !== 'number' || now - testedAt > testCountsSeconds) return 'previousUntested';
  if (!unanswered) return 'bothRejected';
  return verdict === 'works' ? 'rollBackFailed' : 'previousUntested';
};

/**
 * @param now epoch seconds
 * @throws InvalidInput if it is not what the state machine sends
 */
export const parseFailure = (value: unknown, defaultName: () => SecretName, now: EpochSeconds): Failure => {
  const event = asFields(value);
  const data = asFields(event.data);
  const { step: stepName } = asFields(data.failed);
  const { Error: errorName, Cause: cause } = asFields(data.error);
  if (typeof stepName !== 'string') throw brokenContract(sentence`"failed" is missing`);
  if (typeof errorName !== 'string') throw brokenContract(sentence`"error" is missing`);
  const rotation = isRotation(data.rotation) ? data.rotation : undefined;
  const step = stateName(stepName);
  const error = isOurs(errorName) ? errorName : codeWord(errorName);
  return {
    execution: requireExecution(event),
    secretName: rotation?.secretName ?? meantSecret(event.input, defaultName),
    step,
    error,
    message: messageOf(error, typeof cause === 'string' ? cause : '', step),
    rotation,
    aftermath: aftermathOf(data, step, now),
  };
};
