/** AWS's error code, which the SDK gives as the error's name. */
export const nameOf = (error: unknown): string => String((error as { name?: unknown } | undefined)?.name);

/** The code to show. A connection error has it in `code`; its name is only "Error". */
export const spokenCodeOf = (error: unknown): unknown =>
  nameOf(error) === 'Error' ? (error as { code?: unknown }).code : nameOf(error);

// Each list has the codes of AWS's JSON protocols and those of its Query protocol, which SNS speaks.

export const expiredCredentials: readonly string[] = ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'];

/** AWS does not know the credentials, or their signature is wrong. */
export const refusedCredentials: readonly string[] = [
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
];

/** IAM or KMS refused. */
const refusedActions: readonly string[] = [
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
  'DecryptionFailure',
  'EncryptionFailure',
  'KMSAccessDenied',
  'KMSAccessDeniedException',
];

export const isRefusedAction = (error: unknown): boolean => refusedActions.includes(nameOf(error));

const denied = new Set([...expiredCredentials, ...refusedCredentials, ...refusedActions]);

export const isDenial = (error: unknown): boolean => denied.has(nameOf(error));

/**
 * Codes with which Secrets Manager may refuse to move a label: `RemoveFromVersionId` does not have it, there is no
 * version `MoveToVersionId`, the secret has too many labels, or it is scheduled for deletion. AWS documents only that
 * such a move fails, and no recording shows which code has which reason. Nothing was changed; the secret tells why.
 */
const refusedMoves = new Set([
  'InvalidParameterException',
  'InvalidRequestException',
  'LimitExceededException',
  'ResourceNotFoundException',
]);

export const isRefusedMove = (error: unknown): boolean => refusedMoves.has(nameOf(error));
