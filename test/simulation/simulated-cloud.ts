import { createSecrets } from '../../functions/adapters/secrets-manager';
import { createTopic } from '../../functions/adapters/sns';
import type { Sentence } from '../../functions/language/sentence';
import type { CloudCall } from '../../local/cloud/embedded-cloud';
import { inProcessMomento, inProcessSecretsManager, inProcessSns } from '../../local/cloud/in-process';
import { createMomento, type Momento, MomentoStatus, status } from '../../local/cloud/momento/momento';
import { createSecretsManager } from '../../local/cloud/secrets-manager/secrets-manager';
import { createSns } from '../../local/cloud/sns/sns';
import { type Model, ServiceError } from '../../local/cloud/wire/service';
import { createPublish } from '../../local/machine/sns-publish';
import { createMarkedBytes } from '../token-traces';
import { createFacts, type Facts, type Invocation, noteCurrent, noteStored, noteToken, tokenOf } from './facts';
import { createActiveFaults, endActiveFaults } from './fault-injection';
import type { operators } from './faults';
import type { View } from './invariants';
import type { Scenario } from './scenario';
import { createTimeline } from './timeline';
import { timings } from './timing';

export const secretName = 'momento/authentication-token';

const reads: ReadonlySet<string> = new Set(['GetSecretValue', 'DescribeSecret', 'ListSecretVersionIds']);

const monthSeconds = 30 * 86_400;

/** Sends a call from an invocation or from the state machine to a service. */
export type Send = <T>(call: CloudCall, effect: () => Promise<T>) => Promise<T>;

/** With the first token, the most versions with which a rotation may begin. */
const todaysVersions = 96;

const topicName = 'alerts';
export const topicArn = `arn:aws:sns:us-east-1:123456789012:${topicName}`;

/** The services of one scenario. Records the facts. */
export const createWorld = (scenario: Scenario) => {
  const timeline = createTimeline(Date.parse('2026-12-01T00:00:00Z'), scenario.switches);
  const { clock } = timeline;
  const facts: Facts = createFacts();
  const activeFaults = createActiveFaults();
  const durations = timings[scenario.timing ?? 'usual'];
  const circumstance = scenario.circumstance ?? 'ordinary';
  const secretsManager = createSecretsManager({ clock, unlabelled: scenario.unlabelled });
  const sns = createSns({ clock });
  sns.call('CreateTopic', { Name: topicName });
  const model = createMomento({ clock, refreshTokens: scenario.momento, random: createMarkedBytes() });
  let changed = true;
  let askedForUnlabelled = false;
  /** The current caller: effects happen one at a time. */
  let asking: Invocation | undefined;
  let isLate = false;

  const labels = (): ReadonlyMap<string, string> => secretsManager.labels(secretName);

  const isRejected = (bare: string): boolean =>
    Math.max(activeFaults.rejectedUntil.get(bare) ?? 0, activeFaults.allRejectedUntil) > clock.now();

  const accepts = (bare: string): boolean => model.inspect(bare).accepted && !isRejected(bare);

  const refuseIfRejected = (bare: string): void => {
    if (isRejected(bare)) throw new MomentoStatus(status.UNAUTHENTICATED, 'for no reason');
  };

  /** Momento with the behaviour of this scenario, including false rejections. */
  const momento: Momento = {
    ...model,
    refresh(request) {
      refuseIfRejected(request.apiKey);
      changed = true;
      const parent = tokenOf(facts, request.apiKey);
      const answer = model.refresh(request);
      noteToken(facts, answer.apiKey, { byHand: undefined, parent, askedBy: asking });
      return answer;
    },
    listCaches(bare) {
      refuseIfRejected(bare);
      return model.listCaches(bare);
    },
  };

  /** @param stages the labels of the new version; without labels it becomes current */
  const put = (stages: readonly ('AWSCURRENT' | 'AWSPENDING')[], action = 'PutSecretValue'): void => {
    const isCurrent = !stages.includes('AWSPENDING');
    const scope = circumstance === 'dataOnlyKeys' ? 'dataOnly' : 'all';
    const document = model.issue({ kind: 'v1', lifeSeconds: monthSeconds, scope });
    const bare = JSON.parse(Buffer.from(String(document.authToken), 'base64').toString()).api_key as string;
    noteToken(facts, bare, {
      byHand: isCurrent ? 'current' : 'pending',
      parent: undefined,
      askedBy: undefined,
    });
    const versionId = `by-hand-${String(facts.tokens.length).padStart(28, '0')}`;
    const from = action === 'CreateSecret' ? undefined : labels().get('AWSCURRENT');
    const SecretString = JSON.stringify(document);
    const request = { SecretString, ClientRequestToken: versionId };
    // A millisecond before and after, because two versions with the same time have no order.
    timeline.pass(1);
    if (action === 'CreateSecret') secretsManager.call(action, { Name: secretName, ...request });
    else {
      const labelled = stages.length > 0 ? { VersionStages: stages } : {};
      secretsManager.call(action, { SecretId: secretName, ...labelled, ...request });
    }
    timeline.pass(1);
    noteStored(facts, versionId, SecretString, undefined);
    if (isCurrent) {
      facts.moves.push({ at: clock.now(), from, to: versionId, by: 'operator', isRollBack: false, isLate: false });
      noteCurrent(facts, versionId, clock.now());
    }
  };

  const unpend = (): void => {
    const pending = labels().get('AWSPENDING');
    if (pending === undefined) return;
    secretsManager.call('UpdateSecretVersionStage', {
      SecretId: secretName,
      VersionStage: 'AWSPENDING',
      RemoveFromVersionId: pending,
    });
  };

  /** An action of the operator. */
  const operate = (act: (typeof operators)[number]): void => {
    changed = true;
    if (act === 'import') put(['AWSCURRENT']);
    if (act === 'stage') put(['AWSPENDING']);
    if (act === 'overwrite') put([]);
    // AWS is known to remove AWSPENDING from the version that an unlabelled put replaces, and not known to leave it on a
    // third one. An import leaves it everywhere, and this removes it everywhere.
    if (act === 'unpend' || act === 'overwrite') unpend();
  };

  const write: Model['call'] = (action, input) => {
    try {
      return secretsManager.call(action, input);
    } catch (error) {
      const isRefusedMove = action === 'UpdateSecretVersionStage' && error instanceof ServiceError;
      throw isRefusedMove && circumstance === 'otherRefusal'
        ? new ServiceError('InvalidRequestException', error.message)
        : error;
    }
  };

  /** Records what the writes to Secrets Manager really do. */
  const noted: Model = {
    service: 'secretsmanager',
    call(action, input) {
      const isRead = reads.has(action);
      const lag = isRead && clock.now() < activeFaults.stale.until ? activeFaults.stale.writes : undefined;
      const asked = [input.VersionId, input.ClientRequestToken, input.MoveToVersionId].map(String);
      const labelled = [...secretsManager.labels(secretName, lag).values()];
      const isStored = (id: string): boolean => secretsManager.storedValue(secretName, id) !== undefined;
      if (asked.some((id) => isStored(id) && !labelled.includes(id))) askedForUnlabelled = true;
      if (lag !== undefined) secretsManager.staleReads({ writes: lag, reads: 1 });
      if (isRead) return secretsManager.call(action, input);
      changed = true;
      const before = labels().get('AWSCURRENT');
      const reply = write(action, input);
      if (action === 'PutSecretValue') {
        const value = String(input.SecretString);
        noteStored(facts, String(input.ClientRequestToken), value, asking);
        const token = facts.byVersion.get(String(input.ClientRequestToken));
        if (token && isLate) token.isStoredLate = true;
        const isClaim = (input.VersionStages as readonly string[]).includes('momento-claim');
        if (isClaim) facts.claims.push({ execution: asking?.execution ?? '', at: clock.now() });
        else if (asking) facts.refreshing.delete(asking);
      }
      const after = labels().get('AWSCURRENT');
      if (after !== undefined && after !== before) {
        const isRollBack = asking?.isRollBack === true;
        facts.moves.push({ at: clock.now(), from: before, to: after, by: asking?.execution ?? '', isRollBack, isLate });
      }
      if (after !== undefined && (after !== before || action === 'PutSecretValue')) {
        noteCurrent(facts, after, clock.now());
      }
      return reply;
    },
  };

  /**
   * Two writes without effect, so that stale reads show neither the day before nor a time before the secret existed.
   */
  const leaveNoHistory = (): void => {
    const mark = { SecretId: secretName, VersionStage: 'mark' };
    const current = labels().get('AWSCURRENT');
    secretsManager.call('UpdateSecretVersionStage', { ...mark, MoveToVersionId: current });
    secretsManager.call('UpdateSecretVersionStage', { ...mark, RemoveFromVersionId: current });
  };

  put(['AWSCURRENT'], 'CreateSecret');
  leaveNoHistory();
  for (let count = circumstance === 'nearlyFull' ? todaysVersions : 0; count > 0; count -= 1) {
    const ClientRequestToken = `note-${String(count).padStart(31, '0')}`;
    const value = { SecretString: '{}', ClientRequestToken, VersionStages: ['note'] };
    secretsManager.call('PutSecretValue', { SecretId: secretName, ...value });
  }
  // Less than a day, so that no version is trimmed for its age before the next day's run.
  timeline.pass(3_600_000);

  const portsFor = (send: Send) => ({
    secrets: createSecrets(
      inProcessSecretsManager({
        service: 'secretsmanager',
        call: (action, input) =>
          send({ service: 'secretsmanager', action, input }, async () => noted.call(action, input)),
      }),
    ),
    momento: inProcessMomento(momento, send),
    topic: createTopic(
      inProcessSns({
        service: 'sns',
        call: (action, input) => send({ service: 'sns', action, input }, async () => sns.call(action, input)),
      }),
      topicArn as Sentence,
    ),
    publish: createPublish({
      service: 'sns',
      call: (action, input) => send({ service: 'sns', action, input }, async () => sns.call(action, input)),
    }),
  });

  return {
    timeline,
    durations,
    circumstance,
    facts,
    activeFaults,
    momento,
    labels,
    operate,
    portsFor,
    /** Runs an effect on behalf of an invocation. */
    async onBehalfOf<T>(invocation: Invocation | undefined, effect: () => Promise<T>, late = false): Promise<T> {
      asking = invocation;
      isLate = late;
      try {
        return await effect();
      } finally {
        asking = undefined;
        isLate = false;
      }
    },
    /** Records a fact that the invariants check. */
    note: (fact: () => unknown): void => {
      changed = true;
      fact();
    },
    /** Ends active faults, and the history that stale reads could show. */
    beginDay: (): void => {
      endActiveFaults(activeFaults);
      leaveNoHistory();
    },
    askedForUnlabelled: () => askedForUnlabelled,
    /** Whether anything has changed since the last call. */
    hasChanged: (): boolean => {
      const since = changed;
      changed = false;
      return since;
    },
    view: (): View => ({
      labels: labels(),
      facts,
      now: clock.now(),
      accepts,
      isUnvalidated: circumstance === 'unvalidated',
      isStored: (versionId) => secretsManager.storedValue(secretName, versionId) !== undefined,
    }),
    alerts: (): readonly string[] => sns.published(topicArn).map(({ message }) => message),
    snapshot: () => secretsManager.snapshot(secretName),
    storedValue: (versionId: string) => secretsManager.storedValue(secretName, versionId),
    accepts,
  };
};

export type World = ReturnType<typeof createWorld>;
