import type { Sentence } from '../language/sentence';
import type { EpochSeconds } from '../language/time';
import type { ExecutionArn, SecretName } from './names';

/** `critical`: applications are failing, or will before the next scheduled run, or no run will ever succeed. */
export type Severity = 'warning' | 'critical';

/** An alert for programs. Queues, functions and web hooks that subscribe to the alert topic get it as JSON. */
export interface Alert {
  readonly severity: Severity;
  /** `unknown` if the execution's input does not name it. */
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

/** What the alert function returns: the text of its alert, for reports of the execution. */
export interface AlertReceipt {
  readonly severity: Severity;
  /** `unknown` if the execution's input does not name it. */
  readonly secretName: SecretName | Sentence;
  /** The state that failed last. */
  readonly step: Sentence;
  /** What happened. */
  readonly message: Sentence;
  /** What it means for applications. */
  readonly applications: Sentence;
  readonly advice: Sentence;
  /** An AWS CLI command; `null` if the advice has no command. */
  readonly command: Sentence | null;
  readonly detail: Sentence;
}

/** The alert topic. */
export interface Topic {
  /**
   * After a lost reply, the same alert may be published twice.
   * @throws SnsUnavailable, AccessDenied, InvalidInput
   */
  publish(message: AlertMessage): Promise<void>;
}

/** One alert in its two forms: for people and for programs. */
export interface AlertMessage {
  /** Printable ASCII, under 100 characters: SNS refuses any other subject. */
  readonly subject: Sentence;
  /** For people, by e-mail. Each sentence and each command has its own line. */
  readonly lines: readonly Sentence[];
  /** For programs. */
  readonly alert: Alert;
}
