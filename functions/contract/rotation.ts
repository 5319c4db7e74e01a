import type { Sentence } from '../language/sentence';
import type { EpochSeconds, IsoTime } from '../language/time';
import type { SecretArn, SecretName, VersionId } from './names';

/** An execution's input, after validation. */
export interface Request {
  readonly secretName: SecretName;
  /** Rotate even if the token is not due. */
  readonly force: boolean;
  /** Report what would be done and change nothing. */
  readonly dryRun: boolean;
}

export type Decision =
  /** Nothing is pending, and the token is due. */
  | 'refresh'
  /** A token is pending that may work. */
  | 'resume'
  /** AWSPENDING is still on a version that must not be promoted. */
  | 'tidy'
  /** The token is valid long enough. */
  | 'notDue'
  /** Another execution may be refreshing now. */
  | 'running'
  /** Refresh has staged a new token. */
  | 'staged';

/**
 * The object that the states pass on. Each step returns it with its own fields changed. No field can hold a token:
 * every string is an id, a name, a time or a sentence made of those.
 */
export interface Rotation {
  readonly secretName: SecretName;
  readonly secretArn: SecretArn;
  readonly decision: Decision;
  /** What the step found and decided, for the reader of the execution. */
  readonly detail: Sentence;
  /** The version that Fetch saw as AWSCURRENT. Promote replaces this version and no other. */
  readonly currentVersionId: VersionId;
  /** The token that is to become current. */
  readonly candidateVersionId: VersionId | null;
  /** The candidate's expiry, as soon as Refresh or Validate knows it. */
  readonly candidateValidUntil: EpochSeconds | null;
  /** `null` until the tests before a rollback. */
  readonly verdict: Verdict | null;
  /** When both tokens were tested before a rollback; `null` until then. */
  readonly testedAt: EpochSeconds | null;
  /**
   * The candidate was found pending, not refreshed by this execution. If it is rejected, the execution runs Refresh.
   */
  readonly resumed: boolean;
  /** Resumed tokens that were rejected in this execution. It does not resume them again. */
  readonly rejectedVersionIds: readonly VersionId[];
  /** The expiry of the current token. */
  readonly validUntil: EpochSeconds | null;
  readonly skipValidation: boolean;
  readonly dryRun: boolean;
  /** How often this execution has tidied up. */
  readonly tidied: number;
  /** The execution has started over once, because AWSCURRENT moved. */
  readonly startedOver: boolean;
  /** The execution's output so far; `null` until a step knows it. */
  readonly output: ExecutionOutput | null;
}

export type Outcome = 'rotated' | 'resumed' | 'notDue' | 'alreadyRunning' | 'dryRun';

export interface ExecutionOutput {
  readonly outcome: Outcome;
  readonly secretName: SecretName;
  /** The version that is current now. */
  readonly versionId: VersionId;
  readonly previousVersionId: VersionId | null;
  readonly validUntil: EpochSeconds | null;
  readonly validUntilIso: IsoTime | null;
  /** This execution tested the token after it became current. */
  readonly verified: boolean;
  readonly detail: Sentence;
}

/** The result of the tests before a rollback, or of the rollback. */
type Verdict =
  /** The previous token works, and the promoted one is still rejected. */
  | 'works'
  /** The previous token does not work either. */
  | 'rejected'
  /**
   * Momento accepts the promoted token again, or someone made another version current: there is nothing to roll back.
   */
  | 'recovered'
  /** The previous version is current again. */
  | 'rolledBack';
