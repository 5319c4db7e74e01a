import { type Reply, ServiceError } from '../wire/service';

export type Input = Readonly<Record<string, unknown>>;

type Named<Mark extends string> = Mark extends `${infer Name}!` ? Name : Mark;
type Taken<Mark extends string> = {
  readonly [M in Mark as Named<M>]: M extends `${string}!` ? string : string | undefined;
};

/** The string members of an action; `!` marks required members. */
export const take = <Mark extends string>(action: string, input: Input, marks: readonly Mark[]): Taken<Mark> => {
  for (const mark of marks) {
    const name = mark.replace('!', '');
    const value = input[name];
    if (value === undefined && !mark.endsWith('!')) continue;
    if (typeof value !== 'string') {
      throw new ServiceError('ValidationException', `${action} needs ${name}, as a string.`);
    }
  }
  return input as Taken<Mark>;
};

const usualPage = 100;
const largestPage = 1000;

const outOfBounds = (name: string, value: unknown, bound: string): ServiceError =>
  new ServiceError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have ${bound}`,
  );

/**
 * A page of a list, and the token for the next one.
 * @param longestToken in characters
 */
export const pageOf = <T>(
  all: readonly T[],
  input: Input,
  longestToken: number,
): { readonly items: readonly T[] } & Reply => {
  const { maxResults = 0, nextToken } = input;
  if (!Number.isInteger(maxResults) || Number(maxResults) < 0 || Number(maxResults) > largestPage) {
    throw outOfBounds('maxResults', maxResults, `value less than or equal to ${largestPage}`);
  }
  if (String(nextToken ?? '').length > longestToken) {
    throw outOfBounds('nextToken', nextToken, `length less than or equal to ${longestToken}`);
  }
  const from = nextToken === undefined ? 0 : Number(Buffer.from(String(nextToken), 'base64').toString());
  if (!Number.isInteger(from) || from < 0) throw new ServiceError('InvalidToken', 'Invalid Token');
  const end = from + (Number(maxResults) || usualPage);
  return {
    items: all.slice(from, end),
    ...(end < all.length ? { nextToken: Buffer.from(String(end)).toString('base64') } : {}),
  };
};
