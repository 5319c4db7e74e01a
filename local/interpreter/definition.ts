import type { Rule } from './choice';
import { refuseMachine, refuseState } from './refusals';

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath?: string | null;
  readonly Next: string;
}

export interface State {
  readonly Comment?: string;
  readonly Type: 'Task' | 'Choice' | 'Pass' | 'Wait' | 'Succeed' | 'Fail';
  readonly Next?: string;
  readonly End?: boolean;
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly ResultPath?: string | null;
  readonly Parameters?: unknown;
  readonly ResultSelector?: unknown;
  readonly Result?: unknown;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Choices?: readonly (Rule & { readonly Next: string })[];
  readonly Default?: string;
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

export interface Definition {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, State>>;
}

const targetsOf = (state: State): string[] =>
  [
    state.Next,
    state.Default,
    ...(state.Catch ?? []).map(({ Next }) => Next),
    ...(state.Choices ?? []).map(({ Next }) => Next),
  ].filter((target) => target !== undefined);

const checkWays = ({ StartAt, States }: Definition): void => {
  const reached = new Set<string>();
  const follow = (from: string, target: string): void => {
    const state = Object.hasOwn(States, target) ? States[target] : undefined;
    if (!state) throw new Error(`${from} leads to ${target}, which is no state.`);
    if (reached.has(target)) return;
    reached.add(target);
    for (const next of targetsOf(state)) follow(target, next);
  };
  follow('StartAt', StartAt);
  const stranded = Object.keys(States).find((name) => !reached.has(name));
  if (stranded !== undefined) throw new Error(`${stranded} cannot be reached.`);
};

/**
 * Checks a definition in the Amazon States Language (https://states-language.net/spec.html, JSONPath).
 * @throws Error that names the state and the field, for whatever is not supported or leads nowhere
 */
export const loadDefinition = (json: unknown): Definition => {
  refuseMachine(json);
  const definition = json as Definition;
  for (const [name, state] of Object.entries(definition.States)) refuseState(name, state);
  checkWays(definition);
  return definition;
};
