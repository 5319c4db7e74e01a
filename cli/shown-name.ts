import { UsageError } from '../local/usage-error';

/** How Momento's keys begin, whichever kind they are: with the base64 of `{"`. */
const keyBeginning = /eyJ/;

/** What may be a refresh token, or a part of a key. Version ids may be shown. */
const isRandom = (given: string): boolean =>
  /[A-Za-z0-9_-]{32}/.test(
    given.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24}-[ct]\d{10}(-[0-9a-f]{24})?/g, ''),
  );

/**
 * What somebody gave on the command line, so that it may be shown: somebody who mistakes what goes where may have given a token.
 * @param otherwise what to call it then
 */
export const shownName = (given: string, otherwise: string): string =>
  given.length <= 200 && !keyBeginning.test(given) && !isRandom(given) && !/[{}"\p{Cc}]/u.test(given)
    ? given
    : otherwise;

/**
 * The names that Secrets Manager's CreateSecret accepts, and ARNs.
 * @throws UsageError
 */
export const checkSecretName = (secret: string | undefined): void => {
  if (secret === undefined) return;
  if (/^(arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:)?[A-Za-z0-9/_+=.@-]{1,512}$/.test(secret)) {
    if (!keyBeginning.test(secret)) return;
  }
  throw new UsageError(
    '--secret must be a secret’s name (letters, digits and /_+=.@-, at most 512 of them) or its ARN.',
  );
};
