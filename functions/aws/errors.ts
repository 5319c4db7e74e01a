/** AWS's error code, which the SDK gives as the error's name. */
export const nameOf = (error: unknown): string => String((error as { name?: unknown } | undefined)?.name);

/** The code to show. A connection error has it in `code`; its name is only "Error". */
export const spokenCodeOf = (error: unknown): unknown =>
  nameOf(error) === 'Error' ? (error as { code?: unknown }).code : nameOf(error);

// Each list contains the codes of AWS's JSON protocols and of its Query protocol, which SNS uses.

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
 * such a move fails. No recording shows which code belongs to which reason. A refused move changes nothing; read the
 * secret to find the reason.
 */
export const refusedMoves: readonly string[] = [
  'InvalidParameterException',
  'InvalidRequestException',
  'LimitExceededException',
  'ResourceNotFoundException',
];

export const isRefusedMove = (error: unknown): boolean => refusedMoves.includes(nameOf(error));
