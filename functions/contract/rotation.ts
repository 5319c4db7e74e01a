import type { Sentence } from '../language/sentence';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type SecretName = Branded<'SecretName'>;
export type SecretArn = Branded<'SecretArn'>;
export type VersionId = Branded<'VersionId'>;
export type ExecutionArn = Branded<'ExecutionArn'>;
export type IsoTime = Branded<'IsoTime'>;
/** Whole seconds since 1970, as Momento gives a token's expiry. */
export type EpochSeconds = number;

export const isoTime = (epochSeconds: EpochSeconds): IsoTime => new Date(epochSeconds * 1000).toISOString() as IsoTime;

/** The secret that is rotated unless a deployment's settings say otherwise. */
export const defaultSecretName = 'momento/authentication-token' as SecretName;

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
  /** What the last step that judged says of it. */
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

/**
 * `drifted`: it may work, but it is not like the token that it was made from, or it is no token at all. `recovered`: of a promoted
 * token that was rejected: it is accepted again, or somebody made another one current. Either way there is nothing to roll back. `outdated`: the
 * test before a roll back is too long ago to act on. `rolledBack`: that was done.
 */
export type Verdict = 'works' | 'drifted' | 'rejected' | 'recovered' | 'outdated' | 'rolledBack';

/** `critical`: applications are failing, or will before the next scheduled run, or no run will ever succeed. */
export type Severity = 'warning' | 'critical';

/** An alert for programs. Queues, functions and web hooks that subscribe to the alert topic get it as JSON. */
export interface Alert {
  readonly severity: Severity;
  /** `unknown` if the execution's input did not tell. */
  readonly secretName: SecretName | Sentence;
  /** The state that failed. */
  readonly step: Sentence;
  readonly error: string;
  readonly message: Sentence;
  /** The expiry of the token that applications use; `null` if it was not read. */
  readonly validUntil: EpochSeconds | null;
  readonly executionArn: ExecutionArn;
  /** `null` in a partition whose console is not known. */
  readonly consoleUrl: Sentence | null;
}

/** What the alert function answers. */
export interface AlertReceipt {
  readonly severity: Severity;
  readonly detail: Sentence;
}

/** Of every metric, whatever step it comes from. */
export const metricNamespace = 'MomentoTokenRotation';

/**
 * The names under which CloudWatch shows them; the first three are those of the project's predecessor. Each has the dimension
 * `secretName`; `step_failed` and `step_duration` have `step` besides.
 */
export type Metric =
  | 'failed_to_test_api_token'
  | 'failed_to_refresh_api_token'
  | 'no_valid_tokens'
  | 'rotated'
  | 'resumed'
  | 'not_due'
  | 'already_running'
  /** The secret is as it should be: rotated and tested, or not due. The alarm for silence watches it. */
  | 'succeeded'
  /** A dry run found that the current token works. */
  | 'checked'
  | 'rolled_back'
  | 'step_failed'
  | 'step_duration'
  /** Of the token that is current when the execution ends. */
  | 'time_to_expiry';

/**
 * Function timeouts in seconds. Everything else nests around them: the SDK's own timeouts are shorter, the Task states'
 * are longer, and a claim's lease follows from Refresh's.
 */
export const functionTimeoutSeconds = { fetch: 60, refresh: 180, validate: 60, promote: 60, alert: 60 } as const;

/** A step, as its logs and metrics call it. */
export type StepName = keyof typeof functionTimeoutSeconds;

/**
 * How long it counts that both tokens were tested before a roll back. Longer than all tries of the state that rolls back may take, so
 * that only an interruption makes a test outdated: a redrive may come hours later.
 */
export const testCountsSeconds = 900;

/** Room for clocks that differ and for a function that is a little late to die. */
const claimSlackSeconds = 60;

/** How long after it was made a claim may still have a live owner. */
export const claimLeaseSeconds = functionTimeoutSeconds.refresh + claimSlackSeconds;
