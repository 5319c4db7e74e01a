import { isSecretArn, isSecretName } from '../../functions/contract/secret-name';
import { keyBeginning, looksRandom } from '../../report/markup/stray-tokens';
import { UsageError } from '../../terminal/usage-error';

/**
 * A word from the command line, if it is safe to show: the user may have put a token in the wrong place. Use it only
 * for messages; a valid name may look like a token.
 * @param otherwise what to show instead
 */
export const shownName = (given: string, otherwise: string): string =>
  given.length <= 200 && !keyBeginning.test(given) && !looksRandom(given) && !/[{}"\p{Cc}]/u.test(given)
    ? given
    : otherwise;

/**
 * Accepts the names that CreateSecret accepts, and ARNs.
 * @throws UsageError
 */
export const checkSecretName = (secret: string | undefined): void => {
  if (secret === undefined) return;
  if ((isSecretName(secret) || isSecretArn(secret)) && !keyBeginning.test(secret)) return;
  throw new UsageError(
    '--secret must be the name of a secret (at most 512 letters, digits and characters /_+=.@-) or its ARN.',
  );
};
