import { brokenContract } from '../contract/errors';
import { shortId } from '../contract/names';
import type { Rotation } from '../contract/rotation';
import { sentence } from '../language/sentence';
import { isToken, readToken } from '../momento/token';
import { requireVersion } from '../secret/pending';
import type { ValidatePorts } from './opinion';

/** Tests the token in `currentVersionId`. A rejection is a result here, not an error. */
export const probeCurrent = async (
  ports: ValidatePorts,
  input: Pick<Rotation, 'secretArn' | 'currentVersionId'>,
): Promise<{ readonly verdict: 'works' | 'rejected'; readonly detail: Rotation['detail'] }> => {
  const version = await requireVersion(ports, input.secretArn, input.currentVersionId);
  const token = readToken(version.value);
  const name = shortId(input.currentVersionId);
  // "Forbidden" is enough here: there is no second token to compare with, and Momento recognised this one.
  if (isToken(token) && (await ports.momento.check(token)) !== 'rejected') {
    return { verdict: 'works', detail: sentence`the token ${name} works` };
  }
  return { verdict: 'rejected', detail: sentence`Momento does not accept the token ${name}` };
};

/** The last step of a dry run: tests the current token and says what a real run would do. Changes nothing. */
export const rehearse =
  (ports: ValidatePorts) =>
  async (
    input: Pick<Rotation, 'secretArn' | 'currentVersionId' | 'detail' | 'output'>,
  ): Promise<Pick<Rotation, 'detail' | 'output'>> => {
    if (input.output === null) throw brokenContract(sentence`"output" is missing`);
    const { verdict, detail } = await probeCurrent(ports, input);
    if (verdict === 'works') ports.log.count('checked');
    const plan = sentence`${input.detail}; ${detail}; nothing was changed. Whether the secret can be written and Momento would refresh it, only a real run shows`;
    return { detail: plan, output: { ...input.output, detail: plan } };
  };
