import { createHash } from 'node:crypto';
import type { Clock } from '../../../functions/contract/ports';
import type { Keeping } from '../wire/keeping';
import { invalidRequest, notFound } from './replies';
import { dayMilliseconds, dropDeprecated, type Secret } from './versions';

const arnSuffix = /-[A-Za-z0-9]{6}$/;

const isNamed = (secret: Secret, id: string): boolean =>
  id === secret.name ||
  id === secret.arn ||
  // AWS takes an ARN that ends in a hyphen and six characters as complete. A secret whose name ends like that cannot be
  // found by its partial ARN.
  (!arnSuffix.test(id) && id === secret.arn.replace(arnSuffix, ''));

export type Unlabelled = 'kept' | 'trimmedAfterADay' | 'trimmedAtOnce';

interface StoreOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly unlabelled: Unlabelled;
  readonly region: string;
  readonly account: string;
  readonly keeping?: Keeping<readonly Secret[]> | undefined;
}

/** The secrets with their last states, and the lag of reads. */
export const createStore = ({ clock, unlabelled, region, account, keeping }: StoreOptions) => {
  /**
   * By name, newest first: the current state of a secret, and its states before the last write and the one before that.
   */
  const histories = new Map<string, readonly (Secret | undefined)[]>(
    keeping?.kept?.map((secret) => [secret.name, [secret]]),
  );
  const creations = new Map<string, number>();
  /** By ARN and version. Not part of a secret's state, because a read is not a write; these dates do not lag. */
  const accesses = new Map<string, number>();
  let lag = { writes: 0, reads: 0 };

  const find = (secretId: string, writesAgo = 0): Secret | undefined => {
    for (const history of histories.values()) {
      const secret = history[writesAgo];
      if (secret !== undefined && isNamed(secret, secretId)) return secret;
    }
    return undefined;
  };

  const known = (secretId: string, writesAgo = 0): Secret => {
    const secret = find(secretId, writesAgo);
    if (secret === undefined) throw notFound('secret.');
    return secret;
  };

  const usable = (secret: Secret): Secret => {
    if (secret.deletionAt === undefined) return secret;
    throw invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
  };

  const all = (writesAgo: number): Secret[] => [...histories.values()].flatMap((history) => history[writesAgo] ?? []);

  const writesUnseen = (): number => {
    if (lag.reads === 0) return 0;
    lag = { ...lag, reads: lag.reads - 1 };
    return lag.writes;
  };

  const write = (name: string, next: Secret | undefined): void => {
    const kept = next === undefined || unlabelled !== 'trimmedAtOnce' ? next : dropDeprecated(next, clock.now(), 0);
    const changed = kept === undefined ? undefined : { ...kept, changedAt: clock.now() };
    histories.set(name, [changed, ...(histories.get(name) ?? [])].slice(0, 3));
    keeping?.keep(all(0));
  };

  const dropAfterADay = (): void => {
    for (const [name, [latest, ...earlier]] of histories) {
      if (latest !== undefined) histories.set(name, [dropDeprecated(latest, clock.now()), ...earlier]);
    }
  };

  const arnFor = (name: string): string => {
    // As on AWS, a secret that is created again under an old name gets another ARN, so permissions for the old one do
    // not apply.
    const creation = (creations.get(name) ?? 0) + 1;
    creations.set(name, creation);
    const hash = createHash('sha256').update(`${name} ${creation}`).digest('base64').replace(/[+/]/g, 'x');
    return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${hash.slice(0, 6)}`;
  };

  const noteAccess = ({ arn }: Secret, versionId: string): void => {
    const now = clock.now();
    // As on AWS, only the day is known.
    const today = now - (now % dayMilliseconds);
    accesses.set(arn, today).set(`${arn} ${versionId}`, today);
  };

  return {
    find,
    noteAccess,
    /** The day of the last read of the secret's value, or of this version's; `undefined` if there was none. */
    accessedAt: ({ arn }: Secret, versionId?: string): number | undefined =>
      accesses.get(versionId === undefined ? arn : `${arn} ${versionId}`),
    known,
    usable,
    write,
    writesUnseen,
    dropAfterADay,
    arnFor,
    /** Every secret as it was that many writes ago. */
    all,
    lagBehind: ({ writes, reads }: Readonly<typeof lag>): void => {
      lag = { writes, reads };
    },
  };
};

export type Store = ReturnType<typeof createStore>;
