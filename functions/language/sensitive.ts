import { inspect } from 'node:util';

const hidden = '[hidden]';

/**
 * A string that must not be seen: a key, a refresh token, a secret's value. Whoever needs it has to ask with `reveal`;
 * every accidental way to a log or to a state's data ends at `[hidden]`.
 */
export class Sensitive {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  equals(other: Sensitive): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}
