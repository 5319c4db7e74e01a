/** All kinds of Momento keys begin with the base64 of `{"`. */
export const keyBeginning = /(^|[^A-Za-z0-9])eyJ[\w-]{12}/;

const versionIds = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24}-[ct]\d{10}(-[0-9a-f]{24})?/g;

/**
 * The share of characters whose kind (lower case, upper case, digit, sign) differs from that of the one before. Low in
 * words.
 */
const kindChanges = (text: string): number => {
  const kinds = [...text].map((character) => [/[a-z]/, /[A-Z]/, /\d/].findIndex((kind) => kind.test(character)));
  return kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length / text.length;
};

/** Whether the text may contain a refresh token or a part of a key. */
export const looksRandom = (text: string): boolean =>
  (text.replace(versionIds, '').match(/[A-Za-z0-9_-]{32,}/g) ?? []).some((run) => kindChanges(run) > 0.4);

/**
 * A long word of letters and digits. The parts of names that CloudFormation generates are shorter between their
 * hyphens.
 */
const isMixed = (text: string): boolean =>
  (text.replace(versionIds, '').match(/[A-Za-z0-9]{32,}/g) ?? []).some(
    (run) => /(\d.*){4}/.test(run) && /([A-Za-z].*){4}/.test(run),
  );

const hidden = '[hidden: it may be a token]';

/**
 * Hides what looks like a token. A text should not contain one, but a user may have started an execution with a token
 * as the secret's name, and a report is passed on to people who cannot see the account's console.
 */
export const withoutStrayTokens = (text: string): string =>
  text.replace(/[A-Za-z0-9_+/=.-]{20,}/g, (run) =>
    keyBeginning.test(run) || looksRandom(run) || isMixed(run) ? hidden : run,
  );
