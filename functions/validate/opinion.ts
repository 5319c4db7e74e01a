import { RotationError } from '../contract/errors';
import type { Rotation } from '../contract/rotation';
import { type Sentence, sentence } from '../language/sentence';
import type { MomentoPorts } from '../momento/port';
import { isToken, readToken, type TokenDocument } from '../momento/token';
import type { SecretPorts, SecretVersion } from '../secret/port';

export type ValidatePorts = Pick<SecretPorts, 'secrets' | 'clock' | 'log'> & MomentoPorts;

/** A rotation whose candidate was promoted. */
export type PromotedInput = Pick<Rotation, 'secretArn' | 'secretName' | 'currentVersionId' | 'output'>;

type Opinion = { readonly works: true } | { readonly works: false; readonly reason: Sentence };

const works: Opinion = { works: true };

/**
 * Tests a token against Momento. "Forbidden" alone is not a rejection, because a scoped token may not list caches. It
 * counts as "works", unless the other token (the previous or the next one) has the permission that this one lacks.
 * @throws MomentoUnavailable
 */
export const judgeToken = async (
  { momento }: MomentoPorts,
  token: TokenDocument,
  readOther: () => Promise<SecretVersion | undefined>,
): Promise<Opinion> => {
  const check = await momento.check(token);
  if (check === 'works') return works;
  if (check === 'rejected') return { works: false, reason: sentence`Momento does not accept it` };
  const other = await readOther();
  const otherToken = other && readToken(other.value);
  if (!otherToken || !isToken(otherToken)) return works;
  return (await momento.check(otherToken)) === 'works'
    ? { works: false, reason: sentence`it lacks a permission that the other token has` }
    : works;
};

/** The error of a failed test. Counts it. */
export const failTest = (
  { log }: Pick<ValidatePorts, 'log'>,
  name: 'TokenRejected' | 'TokenDrifted',
  message: Sentence,
): RotationError => {
  log.count('failed_to_test_api_token');
  return new RotationError(name, message);
};
