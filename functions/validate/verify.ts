import { brokenContract } from '../contract/errors';
import { shortId, type VersionId } from '../contract/names';
import type { ExecutionOutput, Rotation } from '../contract/rotation';
import { type Sentence, sentence } from '../language/sentence';
import { isToken, readToken } from '../momento/token';
import { readKnownVersion } from '../secret/pending';
import { failTest, judgeToken, type PromotedInput, type ValidatePorts } from './opinion';
import { probeCurrent } from './probe';

/** Milliseconds between reads while AWSCURRENT shows another version: reads may lag behind the promotion. */
const verifyDelays = [200, 500, 1000, 2000];

type Verified = Pick<Rotation, 'detail' | 'output'>;

const verified = (output: ExecutionOutput, yes: boolean, detail: Sentence): Verified => ({
  detail,
  output: { ...output, verified: yes, detail },
});

const requireOutput = ({ output }: PromotedInput): ExecutionOutput => {
  if (output === null) throw brokenContract(sentence`"output" is missing`);
  return output;
};

const readPromoted = async ({ secrets, clock }: ValidatePorts, input: PromotedInput, expected: VersionId) => {
  let current = await secrets.readCurrent(input.secretArn);
  for (const delay of verifyDelays) {
    if (current?.versionId === expected) break;
    await clock.sleep(delay);
    current = await secrets.readCurrent(input.secretArn);
  }
  return current;
};

type Examined =
  | { readonly kind: 'works' | 'movedOn' | 'movedBack'; readonly patch: Verified }
  | { readonly kind: 'rejected'; readonly reason: Sentence };

/** Reads AWSCURRENT as an application does, and tests the token. */
const examinePromoted = async (
  ports: ValidatePorts,
  input: PromotedInput,
  output: ExecutionOutput,
): Promise<Examined> => {
  const current = await readPromoted(ports, input, output.versionId);
  if (current?.versionId !== output.versionId) {
    const detail = sentence`${output.detail}; current has moved on since, so it was not verified`;
    const kind = current?.versionId === input.currentVersionId ? 'movedBack' : 'movedOn';
    return { kind, patch: verified(output, false, detail) };
  }
  const token = readToken(current.value);
  if (!isToken(token)) return { kind: 'rejected', reason: token.reason };
  const opinion = await judgeToken(ports, token, () =>
    readKnownVersion(ports, input.secretArn, input.currentVersionId),
  );
  if (!opinion.works) return { kind: 'rejected', reason: opinion.reason };
  return { kind: 'works', patch: verified(output, true, sentence`${output.detail}, verified as AWSCURRENT`) };
};

/**
 * Tests the promoted token again.
 * @throws TokenRejected if Momento rejects it: the only reason to roll back
 */
export const verifyCurrent =
  (ports: ValidatePorts) =>
  async (input: PromotedInput): Promise<Verified> => {
    const output = requireOutput(input);
    const found = await examinePromoted(ports, input, output);
    if (found.kind !== 'rejected') {
      ports.log.count('succeeded');
      return found.patch;
    }
    throw failTest(
      ports,
      'TokenRejected',
      sentence`The token ${shortId(output.versionId)} of ${input.secretName} passed validation but failed after it became current: ${found.reason}.`,
    );
  };

/**
 * Before a rollback, tests whether the promoted token is still current and still rejected, and whether the previous one
 * works. A redrive may run this hours after the rejection, when a rollback could take a working token from
 * applications.
 * @throws MomentoUnavailable
 */
export const testBoth =
  (ports: ValidatePorts) =>
  async (input: PromotedInput): Promise<Pick<Rotation, 'verdict' | 'detail' | 'output' | 'testedAt'>> => {
    const output = requireOutput(input);
    const testedAt = Math.floor(ports.clock.now() / 1000);
    const found = await examinePromoted(ports, input, output);
    // Moved back: an earlier rollback by this execution succeeded although its answer was lost, or the read lags. In
    // both cases it is safe to roll back again.
    if (found.kind === 'rejected' || found.kind === 'movedBack') {
      return { ...(await probeCurrent(ports, input)), output, testedAt };
    }
    ports.log.count('succeeded');
    return { verdict: 'recovered', ...found.patch, testedAt };
  };
