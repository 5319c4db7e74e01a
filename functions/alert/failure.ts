import { brokenContract, type ErrorName, errorNames } from '../contract/errors';
import { parseExecutionInput, readSecretName } from '../contract/execution-input';
import type { ExecutionArn, SecretName } from '../contract/names';
import type { Rotation } from '../contract/rotation';
import { nameOfSecret } from '../contract/secret-name';
import { isRotation, requireExecution } from '../contract/step-event';
import { testCountsSeconds } from '../contract/timing';
import { asFields, type Fields, parsed } from '../language/json';
import { codeWord, ourWord, type Sentence, sentence, stateName } from '../language/sentence';
import type { EpochSeconds } from '../language/time';

/** The input of the alert function: an execution that is about to fail. */
export interface Failure {
  readonly execution: ExecutionArn;
  /** `undefined` if the secret's name is not known. */
  readonly secretName: SecretName | undefined;
  /** The state that failed last. */
  readonly step: Sentence;
  /** The error that ends the execution: a name from `errorNames`, or the name of an AWS error. */
  readonly error: ErrorName | Sentence;
  readonly message: Sentence;
  /** The state data at the failure; `undefined` if Fetch failed. */
  readonly rotation: Rotation | undefined;
  readonly aftermath: Aftermath;
}

/** What AWSCURRENT holds at the end of the execution. */
export type Aftermath =
  /** This execution did not change it. */
  | 'unchanged'
  /** The new token was promoted and rejected; the previous one is current again. */
  | 'rolledBack'
  /** The new token was promoted and rejected. It stays current: the previous one does not work either. */
  | 'bothRejected'
  /** The new token was promoted and rejected. It stays current: the previous one was not tested, or too long ago. */
  | 'previousUntested'
  /** The new token was promoted and rejected. The previous one works, but the rollback failed or gave no answer. */
  | 'rollBackFailed'
  /** The new token was promoted and rejected; before a rollback, someone else made another token current. */
  | 'overtaken'
  /** It is not known whether the promotion succeeded. */
  | 'perhapsPromoted';

const nameOfError = (error: string): ErrorName | Sentence =>
  errorNames.find((name) => name === error) ?? codeWord(error);

const isOurs = (error: Failure['error']): boolean => (errorNames as readonly string[]).includes(error);

/** A timeout, or an end without an answer. What the function had begun may or may not have been done. */
const cutShort = new Set([
  'Sandbox.Timedout',
  'States.Timeout',
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'Lambda.Unknown',
]);

const explainPlatform = (error: Sentence, step: Sentence): Sentence => {
  const refresh = step === 'Refresh' ? sentence` It is not known whether Momento issued a new token.` : sentence``;
  if (cutShort.has(error)) {
    return sentence`The function ended before it could answer (${error}): it ran out of time or memory, or was stopped.${refresh}`;
  }
  if (error.startsWith('Lambda.')) return sentence`AWS Lambda could not run the function (${error}).${refresh}`;
  if (error.startsWith('States.')) return sentence`Step Functions could not run the step (${error}).`;
  return sentence`The function failed with an unexpected error (${error}). Its log shows the location in the code.${refresh}`;
};

/** In characters: the longest of our own sentences. */
const longestMessage = 4_000;

/**
 * The sentence that a function threw. For an error of `errorNames`, the message is a sentence. The cause of any other
 * error comes from the platform and may contain anything.
 */
const messageOf = (error: Failure['error'], cause: unknown, step: Sentence): Sentence => {
  if (!isOurs(error)) return explainPlatform(error as Sentence, step);
  const { errorMessage } = asFields(typeof cause === 'string' ? parsed(cause) : undefined);
  return typeof errorMessage === 'string' && errorMessage !== ''
    ? (errorMessage.slice(0, longestMessage) as Sentence)
    : sentence`Only the name of the error is known.`;
};

/** A second failure, of a state that ran because of the error that ends the execution. */
const followUp = (unanswered: unknown, step: Sentence): Sentence => {
  const { Error: error } = asFields(unanswered);
  return typeof error === 'string' ? sentence` Then ${step} failed too (${ourWord(nameOfError(error))}).` : sentence``;
};

/** The secret that the input names, even if another field of the input is invalid. */
const meantSecret = (input: unknown, defaultName: () => SecretName): SecretName | undefined => {
  // An invalid input does not mean the default secret: a misspelt field may have been the name.
  const defaultIfValid = () => parseExecutionInput(input, defaultName).secretName;
  try {
    return nameOfSecret(readSecretName(asFields(input), defaultIfValid));
  } catch {
    return undefined;
  }
};

/** @param now epoch seconds */
const aftermathOf = (data: Fields, step: Sentence, now: EpochSeconds): Aftermath => {
  if (step === 'Was it promoted?') return 'perhapsPromoted';
  if (!['Verify', 'Test both tokens', 'Roll back'].includes(step)) return 'unchanged';
  const { verdict, testedAt } = asFields(asFields(data.tested).rotation);
  if (verdict === 'rolledBack') return 'rolledBack';
  if (asFields(data.unanswered).Error === 'VersionConflict') return 'overtaken';
  // After a redrive, a test may be hours old and no longer true.
  if (typeof testedAt !== 'number' || now - testedAt > testCountsSeconds) return 'previousUntested';
  if (data.unanswered === undefined) return 'bothRejected';
  return verdict === 'works' ? 'rollBackFailed' : 'previousUntested';
};

/**
 * @param now epoch seconds
 * @throws InvalidInput if the value is not what the state machine sends
 */
export const parseFailure = (value: unknown, defaultName: () => SecretName, now: EpochSeconds): Failure => {
  const event = asFields(value);
  const data = asFields(event.data);
  const { Error: errorName, Cause: cause } = asFields(data.error);
  if (typeof event.failedState !== 'string') throw brokenContract(sentence`"failedState" is missing`);
  if (typeof errorName !== 'string') throw brokenContract(sentence`"error" is missing`);
  const rotation = isRotation(data.rotation) ? data.rotation : undefined;
  const step = stateName(event.failedState);
  const error = nameOfError(errorName);
  return {
    execution: requireExecution(event),
    secretName: rotation?.secretName ?? meantSecret(event.input, defaultName),
    step,
    error,
    message: sentence`${messageOf(error, cause, step)}${followUp(data.unanswered, step)}`,
    rotation,
    aftermath: aftermathOf(data, step, now),
  };
};
