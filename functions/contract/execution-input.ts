import { asFields, type Fields, isObject } from '../language/json';
import { fieldName, type Sentence, sentence } from '../language/sentence';
import { RotationError } from './errors';
import type { SecretName } from './names';
import type { Request } from './rotation';
import { isSecretArn, isSecretName } from './secret-name';

/** Fields that schedulers and the console add. They have no meaning here. */
export const ignoredFields: ReadonlySet<string> = new Set([
  'Comment',
  'scheduledTime',
  'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID',
]);

export const nameFields = ['momento_auth_token_secret_name', 'secretName'] as const;
export const flagFields = ['force', 'dryRun'] as const;

/** The secret's name in an execution's input, unchecked: it may be of any type. `undefined`: the default secret. */
export const namedSecret = (input: unknown): unknown =>
  nameFields.map((field) => asFields(input)[field]).find((value) => value !== undefined);

const invalid = (reason: Sentence): RotationError =>
  new RotationError(
    'InvalidInput',
    sentence`The execution's input is invalid: ${reason}. Start it again with {} or {"momento_auth_token_secret_name": "the secret's name"}.`,
  );

/**
 * The secret's name or ARN in an execution's input. Ignores the other fields: an input with an invalid field may still
 * name its secret.
 * @throws InvalidInput
 */
export const readSecretName = (input: Fields, defaultName: () => SecretName): SecretName => {
  const given = nameFields.filter((field) => input[field] !== undefined);
  const [field] = given;
  if (field === undefined) return defaultName();
  const value = input[field];
  if (typeof value !== 'string') throw invalid(sentence`${fieldName(field)} must be a string`);
  if (!isSecretName(value) && !isSecretArn(value)) {
    throw invalid(sentence`${fieldName(field)} must be a secret's name (letters, digits and /_+=.@-) or its ARN`);
  }
  if (given.some((other) => input[other] !== value)) {
    throw invalid(sentence`${fieldName(nameFields[0])} and ${fieldName(nameFields[1])} name different secrets`);
  }
  return value as SecretName;
};

const readFlag = (input: Fields, field: (typeof flagFields)[number]): boolean => {
  const value = input[field] === undefined ? false : input[field];
  if (typeof value !== 'boolean') throw invalid(sentence`${fieldName(field)} must be true or false`);
  return value;
};

/**
 * Checks the input of StartExecution. `{}` means the default secret.
 * @throws InvalidInput, which names the field and never repeats a value
 */
export const parseExecutionInput = (input: unknown, defaultName: () => SecretName): Request => {
  if (!isObject(input)) throw invalid(sentence`it must be a JSON object`);
  const known: readonly string[] = [...nameFields, ...flagFields];
  const unknown = Object.keys(input).find((field) => !known.includes(field) && !ignoredFields.has(field));
  if (unknown !== undefined) throw invalid(sentence`${fieldName(unknown)} is not a known field`);
  return {
    secretName: readSecretName(input, defaultName),
    force: readFlag(input, 'force'),
    dryRun: readFlag(input, 'dryRun'),
  };
};
