import { asFields, parsed } from '../../functions/language/json';
import type { Trouble } from './execution-history';

const detailOf = (part: unknown): string | undefined => {
  const { detail } = asFields(part);
  return typeof detail === 'string' ? detail : undefined;
};

/** The sentence that a step left in the state's data; the latest of the places where one may stand. */
export const detailIn = (output: string | undefined): string => {
  const data = asFields(parsed(output));
  if (data.unsent !== undefined) return 'sent by the state machine itself';
  return (
    detailOf(asFields(data.alert).told) ?? detailOf(asFields(data.tested).rotation) ?? detailOf(data.rotation) ?? ''
  );
};

/** The sentence in an error's Cause, which Lambda gives as JSON. */
export const messageIn = (cause: string | undefined): string => {
  const { errorMessage } = asFields(parsed(cause));
  return typeof errorMessage === 'string' ? errorMessage : (cause ?? '');
};

/** A timeout of Step Functions' own has no cause. */
export const failureText = ({ error, cause }: Partial<Trouble>): string =>
  cause ? `${error}: ${messageIn(cause)}` : `${error}`;
