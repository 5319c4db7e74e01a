declare const kind: unique symbol;

/** A string of a kind that cannot be a token: a name, an id, a time, a sentence. */
export type Harmless<Kind extends string> = string & { readonly [kind]: Kind };

/**
 * A text for people that was put together from harmless parts only. State data, logs and errors hold sentences and never
 * plain strings: a plain string could be anything, a token too.
 */
export type Sentence = Harmless<'Sentence'>;

/** What a sentence may be put together from. */
export type Speakable = Harmless<string> | number;

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

/** A name or sentence of at most this many characters. */
export const shorten = (text: Harmless<string>, most: number): Sentence =>
  (text.length <= most ? text : `${text.slice(0, most - 3)}...`) as Sentence;
