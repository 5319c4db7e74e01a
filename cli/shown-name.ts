import { UsageError } from '../local/usage-error';

/** How Momento's tokens begin, whichever kind they are: with the base64 of `{"`. */
const tokenBeginning = /^eyJ/;

/**
 * What somebody gave on the command line, so that it may be shown: somebody who mistakes what goes where may have given a token.
 * @param otherwise what to call it then
 */
export const shownName = (given: string, otherwise: string): string =>
  given.length <= 200 && !tokenBeginning.test(given) && !/[{}"\p{Cc}]/u.test(given) ? given : otherwise;

/**
 * The names that Secrets Manager's CreateSecret accepts, and ARNs.
 * @throws UsageError
 */
export const checkSecretName = (secret: string | undefined): void => {
  if (secret === undefined) return;
  if (/^(arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:)?[A-Za-z0-9/_+=.@-]{1,512}$/.test(secret)) {
    if (!tokenBeginning.test(secret)) return;
  }
  throw new UsageError(
    '--secret must be a secret’s name (letters, digits and /_+=.@-, at most 512 of them) or its ARN.',
  );
};
