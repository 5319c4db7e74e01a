import { ServiceError } from '../wire/service';

/** Of one action, as it came in. */
export type Input = Readonly<Record<string, unknown>>;

/** Of a topic or a subscription. */
export type Attributes = Readonly<Record<string, string>>;

export const invalid = (what: string): ServiceError =>
  new ServiceError('InvalidParameter', `Invalid parameter: ${what}`);

/** Refuses what an action does not take here, rather than ignore it. */
export const takeOnly = (action: string, input: Input, members: readonly string[]): void => {
  const odd = Object.keys(input).find((member) => input[member] !== undefined && !members.includes(member));
  if (odd !== undefined) throw invalid(`${odd} Reason: ${action} takes no such parameter here`);
};

/** A member that must be there. */
export const text = (input: Input, member: string): string => {
  const value = input[member];
  if (typeof value !== 'string') throw invalid(`${member} Reason: no value for required parameter`);
  return value;
};

/** The attributes of a request to make a topic or a subscription. */
export const attributesIn = (input: Input, known: readonly string[]): Attributes => {
  const attributes = (input.Attributes ?? {}) as Attributes;
  takeOnly('Attributes', attributes, known);
  return attributes;
};

export const isSame = (one: Attributes, other: Attributes): boolean =>
  JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
