declare const kind: unique symbol;

/** A string of a kind that cannot be a token: a name, an id, a time, a sentence. */
export type Harmless<Kind extends string> = string & { readonly [kind]: Kind };

/**
 * A text for people that is made from harmless parts only. State data, logs and errors hold sentences and never plain
 * strings: a plain string could be anything, including a token.
 */
export type Sentence = Harmless<'Sentence'>;

/** The parts that a sentence may be made from. */
export type Speakable = Harmless<string> | number;

/** The only way to make a sentence. Its parts must be speakable. */
export const sentence = (texts: TemplateStringsArray, ...parts: readonly Speakable[]): Sentence =>
  String.raw({ raw: texts }, ...parts) as Sentence;

/** One of this project's own words: a type that lists words cannot hold anything else. */
export const ourWord = <Word extends string>(word: string extends Word ? never : Word): Sentence =>
  word as string as Sentence;

/**
 * Shapes of codes: `ResourceNotFoundException`, `AccessDenied`, `ECONNRESET`, `SERVER_UNAVAILABLE`, `Lambda.Unknown`.
 * Letters only, and mostly with a known ending: a token that consists of letters and digits must not pass for a code.
 */
const codeShapes = [
  /^([A-Z][A-Za-z]{1,40})?(Error|Exception|Failure|Fault|Denied|Exceeded|Throttling|Timeout|Unavailable)$/,
  /^[A-Z]{2,16}(_[A-Z]{1,16}){0,4}$/,
  /^(Lambda|Runtime|SNS|Sandbox|States)\.[A-Z][A-Za-z]{1,50}$/,
];

/** An error code of AWS, Momento or Node.js. Anything else is not repeated. */
export const codeWord = (code: unknown): Sentence =>
  (typeof code === 'string' && codeShapes.some((shape) => shape.test(code)) ? code : 'an unnamed error') as Sentence;

/** The name of a field in a user's JSON. A name that is too long or unusual is not repeated. */
export const fieldName = (name: string): Sentence =>
  (/^[\w.:-]{1,64}$/.test(name) ? `"${name}"` : 'a field with an unusual name') as Sentence;

/** The name of a state, as the console shows it. An unusual name is not repeated. */
export const stateName = (name: string): Sentence =>
  (/^[A-Za-z][A-Za-z ?]{0,79}$/.test(name) ? name : 'a state with an unusual name') as Sentence;

export const joinSentences = (parts: readonly Sentence[], separator: ', '): Sentence =>
  parts.join(separator) as Sentence;

/** A name or sentence, cut to at most this many characters. */
export const shorten = (text: Harmless<string>, most: number): Sentence =>
  (text.length <= most ? text : `${text.slice(0, most - 3)}...`) as Sentence;
