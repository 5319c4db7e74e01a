import type { EpochSeconds } from './contract';
import { placeOf } from './execution-arn';
import type { Failure } from './failure';
import type { Impact } from './impact';
import { type Sentence, sentence, spokenTime } from './sentence';

/** What whoever reads an alert should do. */
export interface Remedy {
  readonly advice: Sentence;
  /** For a shell with the AWS command line; `undefined` if the execution's ARN does not say where to run it. */
  readonly command: Sentence | undefined;
}

const startExecution = ({ execution, secretName }: Failure): Sentence | undefined => {
  const place = placeOf(execution);
  if (place === undefined) return undefined;
  const input = secretName === undefined ? sentence`` : sentence` --input '{"secretName": "${secretName}"}'`;
  return sentence`aws stepfunctions start-execution --region ${place.region} --state-machine-arn ${place.stateMachineArn}${input}`;
};

const importToken = (failure: Failure, { validUntil }: Impact, now: EpochSeconds): Remedy => {
  const place = placeOf(failure.execution);
  const name = failure.secretName ?? sentence`NAME`;
  const deadline =
    validUntil !== null && validUntil > now ? sentence` before ${spokenTime(validUntil)}` : sentence` now`;
  return {
    advice: sentence`Make a new token in Momento's console${deadline}, save its document as momento_token.info.json, store it as the secret's value with the command below, and delete the file.`,
    command:
      place &&
      sentence`aws secretsmanager put-secret-value --region ${place.region} --secret-id ${name} --secret-string file://momento_token.info.json`,
  };
};

const findSecret = ({ execution }: Failure): Remedy => {
  const place = placeOf(execution);
  return {
    advice: sentence`Look for the secret's name among those of this account and region. Then correct it where it is wrong: in the execution's input, or in the deployment's settings.`,
    command:
      place &&
      sentence`aws secretsmanager list-secrets --region ${place.region} --include-planned-deletion --query "SecretList[].[Name,DeletedDate]" --output text`,
  };
};

/** By hand, what Roll back could not do. It is refused if AWSCURRENT has moved on meanwhile. */
const restorePrevious = ({ execution, rotation }: Failure): Remedy => {
  const place = placeOf(execution);
  const candidate = rotation?.candidateVersionId ?? null;
  return {
    advice: sentence`Make the previous version current again with the command below. Then start an execution: it tries the new token once more.`,
    command:
      place && rotation && candidate !== null
        ? sentence`aws secretsmanager update-secret-version-stage --region ${place.region} --secret-id ${rotation.secretName} --version-stage AWSCURRENT --move-to-version-id ${rotation.currentVersionId} --remove-from-version-id ${candidate}`
        : undefined,
  };
};

const tryAgain = ({ urgent }: Impact): Sentence =>
  urgent
    ? sentence`Do not wait for the next scheduled run, it comes too late. Start an execution as soon as the cause is gone; it goes on from here.`
    : sentence`Nothing, if it happens once: the next scheduled run goes on from here. To rotate sooner, start an execution.`;

const adviceFor = (failure: Failure, impact: Impact): Sentence => {
  switch (failure.error) {
    case 'AccessDenied':
      return sentence`Allow what the error names, in the function's role or in the policy of the KMS key. Then start an execution.`;
    case 'InvalidInput':
      return sentence`Correct what the error names. Then start an execution.`;
    case 'TokenRejected':
      return sentence`Start an execution, or wait for the next scheduled one: it tries the pending token again, and makes another if it is rejected once more.`;
    default:
      return tryAgain(impact);
  }
};

/** @param now epoch seconds */
export const remedyFor = (failure: Failure, impact: Impact, now: EpochSeconds): Remedy => {
  const { error, aftermath } = failure;
  const lost = ['MalformedSecret', 'NotRefreshable', 'RefreshRejected'].includes(error);
  if (lost || aftermath === 'bothRejected') return importToken(failure, impact, now);
  if (aftermath === 'previousUntested' || aftermath === 'rollBackFailed') return restorePrevious(failure);
  if (error === 'SecretNotFound') return findSecret(failure);
  return { advice: adviceFor(failure, impact), command: startExecution(failure) };
};
