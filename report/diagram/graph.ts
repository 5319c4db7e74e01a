import type { Definition, State } from '../../statemachine/states-language';

/** A transition from one state to another. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'next' | 'choice' | 'catch';
  /** When the transition is taken; empty for `Next`, `Default` and `States.ALL`. */
  readonly label: string;
}

/** The last part of `$.rotation.decision`. */
const lastPart = (path: unknown): string => String(path).split('.').at(-1) ?? '';

type Rule = NonNullable<State['Choices']>[number] | Readonly<Record<string, unknown>>;

/** The condition of a rule, in a word or two: rules compare a field with a word, or with true. */
const conditionOf = (rule: Rule): string => {
  const { Variable, StringEquals, BooleanEquals } = rule as Record<string, unknown>;
  if (typeof StringEquals === 'string') return StringEquals;
  if (typeof BooleanEquals === 'boolean') return `${BooleanEquals ? '' : 'not '}${lastPart(Variable)}`;
  return lastPart(Variable);
};

const letters = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '');

/** The label, unless the target's name says the same: a line to "Not due" needs no label `notDue`. */
const unlessSaid = (label: string, to: string): string => (letters(to).includes(letters(label)) ? '' : label);

const edgesFrom = (from: string, { Next, Choices = [], Default, Catch = [] }: State): Edge[] => [
  ...(Next === undefined ? [] : [{ from, to: Next, kind: 'next', label: '' } as const]),
  ...(Default === undefined ? [] : [{ from, to: Default, kind: 'choice', label: '' } as const]),
  ...Choices.map(
    (rule): Edge => ({ from, to: rule.Next, kind: 'choice', label: unlessSaid(conditionOf(rule), rule.Next) }),
  ),
  ...Catch.map(({ ErrorEquals, Next: to }): Edge => {
    const label = ErrorEquals.includes('States.ALL') ? '' : ErrorEquals.join(', ');
    return { from, to, kind: 'catch', label };
  }),
];

export const edgesOf = ({ States }: Definition): Edge[] =>
  Object.entries(States).flatMap(([name, state]) => edgesFrom(name, state));

/** The states of an ordinary execution: from the start along every `Next` and `Default`. */
export const usualWay = ({ StartAt, States }: Definition): string[] => {
  const way: string[] = [];
  for (let name: string | undefined = StartAt; name !== undefined && !way.includes(name); ) {
    way.push(name);
    const state: State | undefined = States[name];
    name = state?.Next ?? state?.Default;
  }
  return way;
};
