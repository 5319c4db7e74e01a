import type { Sentence } from '../language/sentence';
import type { EpochSeconds, IsoTime } from '../language/time';
import type { SecretArn, SecretName, VersionId } from './names';

/** What an execution was asked to do, after its input was checked. */
export interface Request {
  readonly secretName: SecretName;
  /** Rotate even if it is not due. */
  readonly force: boolean;
  /** Look and say, change nothing. */
  readonly dryRun: boolean;
}

export type Decision =
  /** Nothing is pending, and the token is due. */
  | 'refresh'
  /** A token is pending that is worth trying. */
  | 'resume'
  /** AWSPENDING is left on a version that must not be promoted. */
  | 'tidy'
  | 'notDue'
  /** Another execution may be refreshing at this moment. */
  | 'running'
  /** Refresh has staged a new token. */
  | 'staged';

/**
 * The one object that travels between the states. Each step returns it with its own fields changed. None of its types
 * can hold a token: a string here is an id, a name, a time or a sentence made of those.
 */
export interface Rotation {
  readonly secretName: SecretName;
  readonly secretArn: SecretArn;
  readonly decision: Decision;
  /** What was found and decided, for whoever looks at the execution. */
  readonly detail: Sentence;
  /** What Fetch saw as AWSCURRENT: the version that Promote replaces, and no other. */
  readonly currentVersionId: VersionId;
  /** The token on its way to become current. */
  readonly candidateVersionId: VersionId | null;
  /** Its expiry, from the moment that Refresh or Validate knows it. */
  readonly candidateValidUntil: EpochSeconds | null;
  /** `null` before the tests of a rollback. */
  readonly verdict: Verdict | null;
  /** When both tokens were tested before a roll back; `null` before that. */
  readonly testedAt: EpochSeconds | null;
  /** The candidate was found, not refreshed by this execution: if it is rejected, Refresh gets a chance. */
  readonly resumed: boolean;
  /** Resumed tokens that this execution saw rejected; none of them is resumed again. */
  readonly rejectedVersionIds: readonly VersionId[];
  /** The expiry of the current token. */
  readonly validUntil: EpochSeconds | null;
  readonly skipValidation: boolean;
  readonly dryRun: boolean;
  /** How often this execution has tidied up. */
  readonly tidied: number;
  /** Current moved once already since this execution began. */
  readonly startedOver: boolean;
  /** The execution's output, as far as it is known. */
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
  /** The token under AWSCURRENT was tested by this execution, after it was put there. */
  readonly verified: boolean;
  readonly detail: Sentence;
}

/** What the tests before a rollback found of the previous token, or what the rollback did. */
export type Verdict =
  /** The previous token works, and the promoted one is still rejected. */
  | 'works'
  /** The previous token does not work either. */
  | 'rejected'
  /** The promoted token is accepted again, or someone made another version current: there is nothing to roll back. */
  | 'recovered'
  /** The previous version is current again. */
  | 'rolledBack';
