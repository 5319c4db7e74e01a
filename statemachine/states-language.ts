// The part of the Amazon States Language (https://states-language.net/spec.html, JSONPath) that the definition uses.

/** Compares the value at `Variable` with exactly one of the operators. */
export type Rule = {
  readonly Comment?: string;
  readonly Variable: string;
  readonly StringEquals?: string;
  readonly BooleanEquals?: boolean;
};

export interface Retrier {
  readonly Comment?: string;
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly Comment?: string;
  readonly ErrorEquals: readonly string[];
  /** A payload template over the error output, by the names of the variables. */
  readonly Assign?: Readonly<Record<string, unknown>>;
  readonly ResultPath?: string | null;
  readonly Next: string;
}

export interface State {
  readonly Comment?: string;
  readonly Type: 'Task' | 'Choice' | 'Pass' | 'Succeed' | 'Fail';
  readonly Next?: string;
  readonly OutputPath?: string;
  readonly ResultPath?: string | null;
  readonly Parameters?: unknown;
  readonly ResultSelector?: unknown;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Choices?: readonly (Rule & { readonly Next: string })[];
  readonly Default?: string;
  readonly ErrorPath?: string;
  readonly CausePath?: string;
}

export interface Definition {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, State>>;
}
