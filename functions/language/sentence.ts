import type { ExecutionArn, IsoTime, SecretArn, SecretName, VersionId } from '../contract/rotation';
import type { ErrorName } from '../contract/errors';

declare const brand: unique symbol;

/**
 * A text for people that was put together from harmless parts only. State data, logs and errors hold sentences and never
 * plain strings: a plain string could be anything, a token too.
 */
export type Sentence = string & { readonly [brand]: 'Sentence' };

/** What may be said aloud. */
export type Speakable = Sentence | ErrorName | SecretName | SecretArn | VersionId | ExecutionArn | IsoTime | number;

/** The only way to make a sentence; its parts must be speakable. */
export const sentence = (texts: TemplateStringsArray, ...parts: readonly Speakable[]): Sentence =>
  String.raw({ raw: texts }, ...parts) as Sentence;

/** One of our own words: a type that is a list of words cannot hold anything else. */
export const ourWord = <Word extends string>(word: string extends Word ? never : Word): Sentence =>
  word as string as Sentence;

/**
 * Shapes of codes: `ResourceNotFoundException`, `AccessDenied`, `ECONNRESET`, `SERVER_UNAVAILABLE`, `Lambda.Unknown`. Letters
 * only, and mostly with a telling end: a token that is a string of letters and digits must not pass for a code.
 */
const codeShapes = [
  /^([A-Z][A-Za-z]{1,40})?(Error|Exception|Failure|Fault|Denied|Exceeded|Throttling|Timeout|Unavailable)$/,
  /^[A-Z]{2,16}(_[A-Z]{1,16}){0,4}$/,
  /^(Lambda|Runtime|SNS|Sandbox|States)\.[A-Z][A-Za-z]{1,50}$/,
];

/** An error code of AWS, Momento or Node. Anything else is not repeated. */
export const codeWord = (code: unknown): Sentence =>
  (typeof code === 'string' && codeShapes.some((shape) => shape.test(code)) ? code : 'an unnamed error') as Sentence;

/** The name of a field that somebody wrote. Too long or odd to be a field's name: not repeated. */
export const fieldName = (name: string): Sentence =>
  (/^[\w.:-]{1,64}$/.test(name) ? `"${name}"` : 'a field with an unusual name') as Sentence;

/** A state of the state machine, by the name that the console shows. */
export const stateName = (name: string): Sentence =>
  (/^[A-Za-z][A-Za-z ?]{0,79}$/.test(name) ? name : 'a state with an unusual name') as Sentence;

export const joinSentences = (parts: readonly Sentence[], separator: ', '): Sentence =>
  parts.join(separator) as Sentence;

/** Enough of a version id to recognise it. */
export const shortId = (versionId: VersionId): Sentence =>
  // Version ids that this project makes differ in their last part only, when their base is the same.
  (versionId.length <= 36 ? `${versionId.slice(0, 8)}…` : `…${versionId.slice(-8)}`) as Sentence;

/** A name or sentence of at most this many characters. */
export const shorten = (text: Sentence | SecretName, most: number): Sentence =>
  (text.length <= most ? text : `${text.slice(0, most - 3)}...`) as Sentence;

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** What a duration is rounded to, by its size: two units are enough to say. */
const grainOf = (seconds: number): number => {
  if (seconds >= 86_400) return 3_600;
  return seconds >= 3_600 ? 60 : 1;
};

/** "7 days 3 hours", "40 seconds": the two largest units that are not zero. Takes seconds, any sign. */
export const spokenDuration = (seconds: number): Sentence => {
  const size = Math.abs(seconds);
  const grain = grainOf(size);
  let rest = Math.round(size / grain) * grain;
  const words: string[] = [];
  for (const [unit, length] of units) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) words.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return (words.length > 0 ? words.join(' ') : 'less than a second') as Sentence;
};

/** "2026-12-01 10:00 UTC". Takes epoch seconds. */
export const spokenTime = (epochSeconds: number): Sentence =>
  `${new Date(epochSeconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC` as Sentence;
