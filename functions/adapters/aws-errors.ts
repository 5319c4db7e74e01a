/** AWS's code for a refusal, as the SDK gives it. */
export const nameOf = (error: unknown): string => String((error as { name?: unknown } | undefined)?.name);

/** A connection that fails has its reason in `code`, and only "Error" for a name. */
export const spokenCodeOf = (error: unknown): unknown =>
  nameOf(error) === 'Error' ? (error as { code?: unknown }).code : nameOf(error);

/** Codes by which IAM, KMS and the request's credentials refuse. */
const denied = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
  'DecryptionFailure',
  'EncryptionFailure',
  'ExpiredTokenException',
  'InvalidSignatureException',
  'KMSAccessDenied',
  'KMSAccessDeniedException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'UnrecognizedClientException',
]);

export const isDenial = (error: unknown): boolean => denied.has(nameOf(error));
