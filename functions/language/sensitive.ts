import { inspect } from 'node:util';

const hidden = '[hidden]';

/**
 * A string that must not be shown: a key, a refresh token, a secret's value. Only `reveal` returns it; printing or
 * serialising it by accident gives `[hidden]`.
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
