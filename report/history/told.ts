import { asFields, parsed } from '../../functions/language/json';
import type { Failure } from '../../statemachine/execution-events';

const detailOf = (part: unknown): string | undefined => {
  const { detail } = asFields(part);
  return typeof detail === 'string' ? detail : undefined;
};

/** The sentence that a step put into the state's data: from the latest of the places that may hold one. */
export const detailIn = (output: string | undefined): string => {
  const data = asFields(parsed(output));
  if (data.unsent !== undefined) return 'sent by the state machine';
  return (
    detailOf(asFields(data.alert).told) ?? detailOf(asFields(data.tested).rotation) ?? detailOf(data.rotation) ?? ''
  );
};

/** The sentence in an error's Cause, which Lambda writes as JSON. */
export const messageIn = (cause: string | undefined): string => {
  const { errorMessage } = asFields(parsed(cause));
  return typeof errorMessage === 'string' ? errorMessage : (cause ?? '');
};

/** A Step Functions timeout has no cause. */
export const failureText = ({ error, cause }: Partial<Failure>): string =>
  cause ? `${error}: ${messageIn(cause)}` : `${error}`;
