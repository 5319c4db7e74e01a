import { placeOf } from '../contract/execution-arn';
import { type Sentence, sentence } from '../language/sentence';
import { spokenTime } from '../language/time';
import type { Failure } from './failure';
import { type Impact, wantsNewToken } from './impact';

/** What the reader of an alert should do. */
export interface Remedy {
  readonly advice: Sentence;
  /** An AWS CLI command; `undefined` if the execution's ARN does not contain the region and the state machine. */
  readonly command: Sentence | undefined;
}

const startExecution = ({ execution, secretName }: Failure): Sentence | undefined => {
  const place = placeOf(execution);
  if (place === undefined) return undefined;
  const input = secretName === undefined ? sentence`` : sentence` --input '{"secretName": "${secretName}"}'`;
  return sentence`aws stepfunctions start-execution --region ${place.region} --state-machine-arn ${place.stateMachineArn}${input}`;
};

const importToken = (failure: Failure, { validUntil, failing }: Impact): Remedy => {
  const place = placeOf(failure.execution);
  const name = failure.secretName ?? sentence`NAME`;
  const deadline =
    validUntil === null || failing === 'now' ? sentence` now` : sentence` before ${spokenTime(validUntil)}`;
  // A key of a kind without a refresh token could not be rotated either.
  const kind = failure.error === 'NotRefreshable' ? sentence` of a kind that has a refresh token` : sentence``;
  return {
    advice: sentence`Create a new token${kind} in the Momento console${deadline} and save the JSON file as momento_token.info.json. Store it with npx momento-rotation import in a clone of this project. If you have no clone, use the command below. Then delete the file.`,
    command:
      place &&
      sentence`aws secretsmanager put-secret-value --region ${place.region} --secret-id ${name} --secret-string file://momento_token.info.json`,
  };
};

const findSecret = ({ execution }: Failure): Remedy => {
  const place = placeOf(execution);
  return {
    advice: sentence`Restore the secret if it is scheduled for deletion, or create it. If its name is wrong, correct it in the execution's input or in the deployment's settings. The command below lists the secrets of this account and region.`,
    command:
      place &&
      sentence`aws secretsmanager list-secrets --region ${place.region} --include-planned-deletion --query "SecretList[].[Name,DeletedDate]" --output text`,
  };
};

/**
 * The operator does by hand what Roll back could not do. AWS refuses the command if AWSCURRENT has moved in the
 * meantime.
 */
const restorePrevious = ({ execution, rotation, aftermath }: Failure): Remedy => {
  const place = placeOf(execution);
  const candidate = rotation?.candidateVersionId ?? null;
  return {
    advice: sentence`${
      aftermath === 'previousUntested' ? sentence`If the previous token works, make its` : sentence`Make the previous`
    } version current again with the command below. AWS refuses the command if that has happened already. Then start an execution: it tests the new token again.`,
    command:
      place && rotation && candidate !== null
        ? sentence`aws secretsmanager update-secret-version-stage --region ${place.region} --secret-id ${rotation.secretName} --version-stage AWSCURRENT --move-to-version-id ${rotation.currentVersionId} --remove-from-version-id ${candidate}`
        : undefined,
  };
};

const startsTooLate = ({ failing }: Impact): boolean => failing === 'now' || failing === 'beforeNextRun';

const adviceFor = ({ error }: Failure, impact: Impact): Sentence => {
  const late = startsTooLate(impact);
  switch (error) {
    case 'AccessDenied':
      return sentence`Grant the permission named above in the function's IAM role or in the KMS key policy. To deploy the stack again with your settings usually does this. If there is no secret of that name, correct the name. Then start an execution.`;
    case 'InvalidInput':
      return sentence`Correct the field or setting named above. Then start an execution.`;
    case 'TokenRejected':
    case 'TokenDrifted':
      return sentence`Start an execution${
        late ? sentence` now` : sentence`, or wait for the next scheduled one`
      }. It tests the pending token again. If that fails once more, it requests a new one.`;
    default:
      return late
        ? sentence`Start an execution as soon as the cause is resolved; it resumes from here. Do not wait for the next scheduled run: the token expires before it, or has expired.`
        : sentence`If this is the first such alert, no action is needed: the next scheduled execution resumes from here. To rotate sooner, start an execution.`;
  }
};

export const remedyFor = (failure: Failure, impact: Impact): Remedy => {
  const { error, aftermath } = failure;
  if (wantsNewToken(failure) || aftermath === 'bothRejected') return importToken(failure, impact);
  if (aftermath === 'previousUntested' || aftermath === 'rollBackFailed') return restorePrevious(failure);
  if (error === 'SecretNotFound') return findSecret(failure);
  return { advice: adviceFor(failure, impact), command: startExecution(failure) };
};
