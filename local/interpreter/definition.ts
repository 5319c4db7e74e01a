import type { Definition, State } from '../../statemachine/states-language';
import { checkMachine, checkState } from './validation';

const targetsOf = ({ Next, Default, Catch = [], Choices = [] }: State): string[] =>
  [Next, Default, ...[...Catch, ...Choices].map((each) => each.Next)].filter((target) => target !== undefined);

const checkTransitions = ({ StartAt, States }: Definition): void => {
  const reachable = new Set<string>();
  const follow = (from: string, target: string): void => {
    const state = Object.hasOwn(States, target) ? States[target] : undefined;
    if (!state) throw new Error(`${from} leads to ${target}, which is no state.`);
    if (reachable.has(target)) return;
    reachable.add(target);
    for (const next of targetsOf(state)) follow(target, next);
  };
  follow('StartAt', StartAt);
  const unreachable = Object.keys(States).find((name) => !reachable.has(name));
  if (unreachable !== undefined) throw new Error(`${unreachable} cannot be reached.`);
};

/**
 * Checks a definition in the Amazon States Language (https://states-language.net/spec.html, JSONPath).
 * Refuses everything that the interpreter does not implement: to ignore it would change what the machine does.
 * @throws Error that names the state and the field
 */
export const loadDefinition = (json: unknown): Definition => {
  checkMachine(json);
  const definition = json as Definition;
  for (const [name, state] of Object.entries(definition.States)) checkState(name, state);
  checkTransitions(definition);
  return definition;
};
