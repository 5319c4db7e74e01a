import type { Definition, State } from '../../statemachine/states-language';
import { refuseMachine, refuseState } from './refusals';

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
