/** AWS's error code, which the SDK gives as the error's name. */
export const nameOf = (error: unknown): string => String((error as { name?: unknown } | undefined)?.name);

/** The code to show. A connection error has it in `code`; its name is only "Error". */
export const spokenCodeOf = (error: unknown): unknown =>
  nameOf(error) === 'Error' ? (error as { code?: unknown }).code : nameOf(error);

/** Codes of requests that IAM or KMS refused, or whose credentials AWS did not accept. */
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
