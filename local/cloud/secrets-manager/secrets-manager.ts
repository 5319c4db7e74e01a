import type { Clock } from '../../../functions/contract/ports';
import type { Keeping } from '../wire/keeping';
import { type Model, type Reply, ServiceError } from '../wire/service';
import { type Action, type Input, isAction, parse } from './input';
import { invalidRequest } from './replies';
import { secretActions } from './secret-actions';
import { createStore, type Unlabelled } from './store';
import { versionActions } from './version-actions';
import { addVersion, attachLabels, CURRENT, labelsOf, makeRoom, PENDING, type Secret } from './versions';

export interface SecretsManagerOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** @default us-east-1 */
  readonly region?: string;
  /** @default 123456789012 */
  readonly account?: string;
  /**
   * When versions without labels are deleted. AWS only promises to keep them for a day.
   * @default kept: until there are more than 100 versions
   */
  readonly unlabelled?: Unlabelled | undefined;
  readonly keeping?: Keeping<readonly Secret[]> | undefined;
}

export interface VersionSnapshot {
  readonly versionId: string;
  readonly labels: readonly string[];
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly hasValue: boolean;
}

export interface SecretsManager extends Model {
  /** The next `reads` reads (Get, Describe, List) of any secret return its state before its last `writes` writes. */
  staleReads(lag: { readonly writes: 1 | 2; readonly reads: number }): void;
  /**
   * What `RotateSecret` does before it calls its function. Refused, as on AWS, while AWSPENDING is on another version.
   */
  nativeRotationStarted(secretId: string, versionId: string): void;
  /** All versions in the order of creation, including unlabelled ones, without values. Throws like DescribeSecret. */
  snapshot(secretId: string): VersionSnapshot[];
  /** From label to version id, now or that many writes ago. Throws like DescribeSecret. */
  labels(secretId: string, writesAgo?: 1 | 2): ReadonlyMap<string, string>;
  /** For tests. Bytes are in base64. */
  storedValue(secretId: string, versionId: string): string | undefined;
}

/**
 * AWS Secrets Manager's rules for secrets, versions and staging labels, from the API reference (2017-10-17), the quotas
 * page and replies recorded from AWS. Replies are as on the wire: dates in epoch seconds, bytes in base64. Not
 * implemented: paging, filters, replication, policies. A `call` that throws `ServiceError` has changed nothing.
 */
export const createSecretsManager = ({
  clock,
  region = 'us-east-1',
  account = '123456789012',
  unlabelled = 'kept',
  keeping,
}: SecretsManagerOptions): SecretsManager => {
  const store = createStore({ clock, unlabelled, region, account, keeping });
  const { known, usable, write } = store;

  const actions: { readonly [A in Action]: (input: Input<A>) => Reply } = {
    ...secretActions(store, clock),
    ...versionActions(store, clock),
  };

  const run = <A extends Action>(action: A, input: Record<string, unknown>): Reply =>
    actions[action](parse(action, input));

  return {
    service: 'secretsmanager',
    call: (action, input) => {
      if (!isAction(action)) {
        throw new ServiceError('UnknownOperationException', `The embedded Secrets Manager has no ${action}.`);
      }
      if (unlabelled === 'trimmedAfterADay') store.dropAfterADay();
      return run(action, input);
    },
    staleReads: store.lagBehind,
    nativeRotationStarted: (secretId, id) => {
      const secret = usable(known(secretId));
      const pending = secret.labels.get(PENDING);
      if (pending !== undefined && pending !== secret.labels.get(CURRENT)) {
        throw invalidRequest("A previous rotation isn't complete. That rotation will be reattempted.");
      }
      const announced = addVersion(makeRoom(secret, clock.now()), { id, createdAt: clock.now() });
      write(secret.name, { ...attachLabels(announced, [PENDING], id), rotationEnabled: true });
    },
    snapshot: (secretId) => {
      const secret = known(secretId);
      return [...secret.versions.values()].map(({ id, createdAt, value }) => ({
        versionId: id,
        labels: labelsOf(secret, id),
        createdAt,
        hasValue: value !== undefined,
      }));
    },
    labels: (secretId, writesAgo) => known(secretId, writesAgo).labels,
    storedValue: (secretId, versionId) => {
      const value = known(secretId).versions.get(versionId)?.value;
      if (value === undefined) return undefined;
      return 'SecretString' in value ? value.SecretString : value.SecretBinary;
    },
  };
};
