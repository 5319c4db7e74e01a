import { brokenContract, RotationError } from '../contract/errors';
import { shortId, type VersionId } from '../contract/names';
import type { ExecutionOutput, Rotation } from '../contract/rotation';
import { requireCandidate } from '../contract/step-event';
import { type Sentence, sentence } from '../language/sentence';
import type { MomentoPorts } from '../momento/port';
import { driftOf, isToken, readToken, type TokenDocument } from '../momento/token';
import { readKnownVersion, requireVersion } from '../secret/pending';
import type { SecretPorts, SecretVersion } from '../secret/port';
import { together } from '../secret/together';
import { isMadeFrom } from '../secret/versions';

type ValidatePorts = Pick<SecretPorts, 'secrets' | 'clock' | 'log'> & MomentoPorts;

type CandidateInput = Pick<
  Rotation,
  'secretName' | 'secretArn' | 'currentVersionId' | 'candidateVersionId' | 'resumed'
>;

type Judged = Pick<Rotation, 'verdict' | 'detail'>;

/** How often Verify looks again when AWSCURRENT shows another version: the read may lag behind the promotion. */
const verifyDelays = [200, 500, 1000, 2000];

type Opinion = { readonly works: true } | { readonly works: false; readonly reason: Sentence };

const works: Opinion = { works: true };

/**
 * Asks Momento. "Forbidden" alone says little, since a scoped token may be unable to list caches: it means "works" unless
 * the token before or after it may do what this one may not.
 */
const judge = async (
  { momento }: ValidatePorts,
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
    ? { works: false, reason: sentence`it lacks a permission that the token before it has` }
    : works;
};

const rejected = ({ log }: ValidatePorts, message: Sentence): RotationError => {
  log.count('failed_to_test_api_token');
  return new RotationError('TokenRejected', message);
};

/**
 * Tests the candidate, by its version id. A rejection is thrown, for Step Functions to try again: a new token may take a
 * while to be known everywhere. Drift, and what is no token, is a value: waiting does not mend it.
 * @throws TokenRejected, MomentoUnavailable
 */
export const validateCandidate =
  (ports: ValidatePorts) =>
  async (input: CandidateInput): Promise<Judged & Pick<Rotation, 'candidateValidUntil'>> => {
    const candidate = requireCandidate(input.candidateVersionId);
    const [version, current] = await together([
      requireVersion(ports, input.secretArn, candidate),
      readKnownVersion(ports, input.secretArn, input.currentVersionId),
    ]);
    const token = readToken(version.value);
    if (!isToken(token)) {
      ports.log.count('failed_to_test_api_token');
      return {
        verdict: 'drifted',
        candidateValidUntil: null,
        detail: sentence`The pending version ${candidate} of ${input.secretName} is no token. ${token}`,
      };
    }
    // What a person staged by hand may differ as they please; what a refresh made may not.
    const old = current && readToken(current.value);
    if (old && isToken(old) && isMadeFrom(input.secretArn, input.currentVersionId, candidate)) {
      const drift = driftOf(old, token);
      if (drift !== undefined) {
        ports.log.count('failed_to_test_api_token');
        return {
          verdict: 'drifted',
          candidateValidUntil: token.validUntil,
          detail: sentence`The new token ${shortId(candidate)} of ${input.secretName} is not like the one it should replace: ${drift}. It stays pending, and applications keep using the current token; ${input.resumed ? sentence`another is made` : sentence`the next run makes another`}.`,
        };
      }
    }
    const opinion = await judge(ports, token, async () => current);
    if (opinion.works) {
      return {
        verdict: 'works',
        candidateValidUntil: token.validUntil,
        detail: sentence`the new token ${shortId(candidate)} works → promote`,
      };
    }
    throw rejected(
      ports,
      sentence`The new token ${shortId(candidate)} of ${input.secretName} does not work: ${opinion.reason}. It stays pending, and applications keep using the current token; ${
        input.resumed ? sentence`another is made` : sentence`the next run tries it again`
      }.`,
    );
  };

type Verified = Pick<Rotation, 'detail' | 'output'>;

const verified = (output: ExecutionOutput, yes: boolean, detail: Sentence): Verified => ({
  detail,
  output: { ...output, verified: yes, detail },
});

const readPromoted = async (
  { secrets, clock }: ValidatePorts,
  input: Pick<Rotation, 'secretArn'>,
  expected: VersionId,
) => {
  let current = await secrets.readCurrent(input.secretArn);
  for (const delay of verifyDelays) {
    if (current?.versionId === expected) break;
    await clock.sleep(delay);
    current = await secrets.readCurrent(input.secretArn);
  }
  return current;
};

type PromotedInput = Pick<Rotation, 'secretArn' | 'secretName' | 'currentVersionId' | 'output'>;

type Examined =
  | { readonly kind: 'works' | 'movedOn' | 'movedBack'; readonly patch: Verified }
  | { readonly kind: 'rejected'; readonly reason: Sentence };

/** Reads AWSCURRENT as an application does, and tests it. */
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
  if (!isToken(token)) return { kind: 'rejected', reason: token };
  const opinion = await judge(ports, token, () => readKnownVersion(ports, input.secretArn, input.currentVersionId));
  if (!opinion.works) return { kind: 'rejected', reason: opinion.reason };
  return { kind: 'works', patch: verified(output, true, sentence`${output.detail}, verified as AWSCURRENT`) };
};

/**
 * Tests the promoted token once more.
 * @throws TokenRejected if Momento rejects it: the only reason to roll back
 */
export const verifyCurrent =
  (ports: ValidatePorts) =>
  async (input: PromotedInput): Promise<Verified> => {
    const { output } = input;
    if (output === null) throw brokenContract(sentence`"output" is missing`);
    const found = await examinePromoted(ports, input, output);
    if (found.kind !== 'rejected') {
      ports.log.count('succeeded');
      return found.patch;
    }
    throw rejected(
      ports,
      sentence`The token ${shortId(output.versionId)} of ${input.secretName} worked before it became current and does not now: ${found.reason}. If it stays so and the previous token works, that one becomes current again, and the next run tries the new one once more.`,
    );
  };

/** Tests what is in `currentVersionId` without any consequence of its own. */
const probeToken = async (
  ports: ValidatePorts,
  input: Pick<Rotation, 'secretArn' | 'currentVersionId'>,
): Promise<Judged> => {
  const version = await requireVersion(ports, input.secretArn, input.currentVersionId);
  const token = readToken(version.value);
  const name = shortId(input.currentVersionId);
  // "Forbidden" is enough here: there is no second token to compare with, and Momento knows this one.
  if (isToken(token) && (await ports.momento.check(token)) !== 'rejected') {
    return { verdict: 'works', detail: sentence`the token ${name} works` };
  }
  return { verdict: 'rejected', detail: sentence`Momento does not accept the token ${name}` };
};

/**
 * Before a roll back: is the promoted token still current and still rejected, and does the one before it work? A redrive may come
 * here hours after the rejection, and then applications would lose a token that works.
 * @throws MomentoUnavailable
 */
export const testBoth =
  (ports: ValidatePorts) =>
  async (input: PromotedInput): Promise<Judged & Pick<Rotation, 'output' | 'testedAt'>> => {
    const { output } = input;
    if (output === null) throw brokenContract(sentence`"output" is missing`);
    const testedAt = Math.floor(ports.clock.now() / 1000);
    const found = await examinePromoted(ports, input, output);
    // Moved back: a roll back of ours got through unheard, or the read lags. Rolling back once more is right either way.
    if (found.kind === 'rejected' || found.kind === 'movedBack') {
      return { ...(await probeToken(ports, input)), output, testedAt };
    }
    ports.log.count('succeeded');
    return { verdict: 'recovered', ...found.patch, testedAt };
  };

/** Tests the current token and says what a real run would do. Changes nothing. */
export const rehearse =
  (ports: ValidatePorts) =>
  async (
    input: Pick<Rotation, 'secretArn' | 'currentVersionId' | 'detail' | 'output'>,
  ): Promise<Pick<Rotation, 'detail' | 'output'>> => {
    if (input.output === null) throw brokenContract(sentence`"output" is missing`);
    const { verdict, detail } = await probeToken(ports, input);
    if (verdict === 'works') ports.log.count('checked');
    const plan = sentence`${input.detail}; ${detail}; nothing was changed. Whether the secret can be written and Momento would refresh it, only a real run shows`;
    return { detail: plan, output: { ...input.output, detail: plan } };
  };
