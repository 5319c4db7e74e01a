import { ServiceError } from '../wire/service';

/** The parameters of an action, unchecked. */
export type Input = Readonly<Record<string, unknown>>;

export const invalid = (what: string): ServiceError =>
  new ServiceError('InvalidParameter', `Invalid parameter: ${what}`);

/** Refuses a parameter that is not embedded: to ignore it would hide a difference from AWS. */
export const takeOnly = (action: string, input: Input, parameters: readonly string[]): void => {
  const unknown = Object.keys(input).find((name) => input[name] !== undefined && !parameters.includes(name));
  if (unknown !== undefined) throw invalid(`${unknown} Reason: the embedded ${action} does not support it`);
};

/** @throws ServiceError if the parameter is missing */
export const text = (input: Input, parameter: string): string => {
  const value = input[parameter];
  if (typeof value !== 'string') throw invalid(`${parameter} Reason: no value for required parameter`);
  return value;
};
