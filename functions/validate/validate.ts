import { shortId, type VersionId } from '../contract/names';
import type { Rotation } from '../contract/rotation';
import { requireCandidate } from '../contract/step-event';
import { sentence } from '../language/sentence';
import { driftOf, isToken, readToken, type TokenDocument } from '../momento/token';
import { readKnownVersion, requireVersion } from '../secret/pending';
import type { SecretVersion } from '../secret/port';
import { together } from '../secret/together';
import { isMadeFrom } from '../secret/versions';
import { failTest, judgeToken, type ValidatePorts } from './opinion';

type CandidateInput = Pick<Rotation, 'secretName' | 'secretArn' | 'currentVersionId' | 'candidateVersionId'>;

type Validated = Pick<Rotation, 'detail' | 'candidateValidUntil'>;

/** @throws TokenDrifted if the version is not a token document: reading it again would not help */
const requireToken = (
  ports: ValidatePorts,
  { secretName }: CandidateInput,
  candidate: VersionId,
  version: SecretVersion,
): TokenDocument => {
  const token = readToken(version.value);
  if (isToken(token)) return token;
  throw failTest(
    ports,
    'TokenDrifted',
    sentence`The pending version ${candidate} of ${secretName} cannot be used: ${token.reason}.`,
  );
};

/**
 * A refresh keeps the endpoint and the lifetime, so a token that a refresh made must match the current one. A token
 * that the operator staged may differ.
 * @throws TokenDrifted
 */
const refuseDrift = (
  ports: ValidatePorts,
  { secretName, secretArn, currentVersionId }: CandidateInput,
  candidate: VersionId,
  token: TokenDocument,
  current: SecretVersion | undefined,
): void => {
  const old = current && readToken(current.value);
  if (!old || !isToken(old) || !isMadeFrom(secretArn, currentVersionId, candidate)) return;
  const drift = driftOf(old, token);
  if (drift === undefined) return;
  throw failTest(
    ports,
    'TokenDrifted',
    sentence`The new token ${shortId(candidate)} of ${secretName} is not compatible with the current one: ${drift}. It stays pending.`,
  );
};

/**
 * Tests the candidate, by its version id. Step Functions retries a rejection, because a new token may take a while to
 * become valid everywhere. It does not retry drift.
 * @throws TokenRejected, TokenDrifted, MomentoUnavailable, and what Secrets Manager's port throws
 */
export const validateCandidate =
  (ports: ValidatePorts) =>
  async (input: CandidateInput): Promise<Validated> => {
    const candidate = requireCandidate(input.candidateVersionId);
    const [version, current] = await together([
      requireVersion(ports, input.secretArn, candidate),
      readKnownVersion(ports, input.secretArn, input.currentVersionId),
    ]);
    const token = requireToken(ports, input, candidate, version);
    refuseDrift(ports, input, candidate, token, current);
    const opinion = await judgeToken(ports, token, async () => current);
    if (opinion.works) {
      return {
        candidateValidUntil: token.validUntil,
        detail: sentence`the new token ${shortId(candidate)} works → promote`,
      };
    }
    throw failTest(
      ports,
      'TokenRejected',
      sentence`The new token ${shortId(candidate)} of ${input.secretName} does not work: ${opinion.reason}. It stays pending.`,
    );
  };
