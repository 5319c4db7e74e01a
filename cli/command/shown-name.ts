import { isSecretArn, isSecretName } from '../../functions/contract/secret-name';
import { keyBeginning, looksRandom } from '../../report/markup/stray-tokens';
import { UsageError } from '../../terminal/usage-error';

/**
 * What somebody gave on the command line, as it may be shown: somebody who mistakes what goes where may have given a token. Only for what is
 * shown: a name that looks so may be one all the same.
 * @param otherwise what to call it then
 */
export const shownName = (given: string, otherwise: string): string =>
  given.length <= 200 && !keyBeginning.test(given) && !looksRandom(given) && !/[{}"\p{Cc}]/u.test(given)
    ? given
    : otherwise;

/**
 * The names that Secrets Manager's CreateSecret accepts, and ARNs.
 * @throws UsageError
 */
export const checkSecretName = (secret: string | undefined): void => {
  if (secret === undefined) return;
  if ((isSecretName(secret) || isSecretArn(secret)) && !keyBeginning.test(secret)) return;
  throw new UsageError(
    '--secret must be a secret’s name (letters, digits and /_+=.@-, at most 512 of them) or its ARN.',
  );
};
