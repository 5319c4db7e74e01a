/** How Momento's keys begin, whichever kind they are: with the base64 of `{"`. */
export const keyBeginning = /(^|[^A-Za-z0-9])eyJ[\w-]{12}/;

const versionIds = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24}-[ct]\d{10}(-[0-9a-f]{24})?/g;

/** How often a text goes from small letters to capitals, to digits or to signs, by its length. Words do so rarely. */
const restlessness = (text: string): number => {
  const kinds = [...text].map((character) => [/[a-z]/, /[A-Z]/, /\d/].findIndex((kind) => kind.test(character)));
  return kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length / text.length;
};

/** What may be a refresh token, or a part of a key. */
export const looksRandom = (text: string): boolean =>
  (text.replace(versionIds, '').match(/[A-Za-z0-9_-]{32,}/g) ?? []).some((run) => restlessness(run) > 0.4);

/** A long word of letters and digits. Names that CloudFormation makes are shorter between their hyphens. */
const isMixed = (text: string): boolean =>
  (text.replace(versionIds, '').match(/[A-Za-z0-9]{32,}/g) ?? []).some(
    (run) => /(\d.*){4}/.test(run) && /([A-Za-z].*){4}/.test(run),
  );

const hidden = '[hidden: it may be a token]';

/**
 * A text without what looks like a token. None should be in it; but somebody may have started an execution with one as the secret's name,
 * and a page goes where an account's console does not.
 */
export const withoutStrayTokens = (text: string): string =>
  text.replace(/[A-Za-z0-9_+/=.-]{20,}/g, (run) =>
    keyBeginning.test(run) || looksRandom(run) || isMixed(run) ? hidden : run,
  );
