import { UsageError } from '../local/usage-error';

/** How Momento's keys begin, whichever kind they are: with the base64 of `{"`. */
const keyBeginning = /(^|[^A-Za-z0-9])eyJ[\w-]{12}/;

const versionIds = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24}-[ct]\d{10}(-[0-9a-f]{24})?/g;

/** How often a text goes from small letters to capitals, to digits or to signs, by its length. Words do so rarely. */
const restlessness = (text: string): number => {
  const kinds = [...text].map((character) => [/[a-z]/, /[A-Z]/, /\d/].findIndex((kind) => kind.test(character)));
  return kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length / text.length;
};

/** What may be a refresh token, or a part of a key. */
const isRandom = (given: string): boolean =>
  (given.replace(versionIds, '').match(/[A-Za-z0-9_-]{32,}/g) ?? []).some((run) => restlessness(run) > 0.4);

/**
 * What somebody gave on the command line, as it may be shown: somebody who mistakes what goes where may have given a token. Only for what is
 * shown: a name that looks so may be one all the same.
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
