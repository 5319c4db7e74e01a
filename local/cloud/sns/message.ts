import { isObject, parsed } from '../../../functions/language/json';
import { ServiceError } from '../wire/service';
import { type Input, invalid } from './input';

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const maximumMessageBytes = 262_144;

const invalidAttribute = (message: string): ServiceError => new ServiceError('ParameterValueInvalid', message);

const checkName = (name: string): void => {
  if (Buffer.byteLength(name) > 256) {
    throw invalidAttribute('Length of message attribute name must be less than 256 bytes.');
  }
  const [stranger] = /[^\w.-]/u.exec(name) ?? [];
  if (stranger !== undefined) {
    const code = stranger.codePointAt(0)?.toString(16).toUpperCase();
    throw invalidAttribute(
      `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  }
  if (name.startsWith('.')) {
    throw invalidAttribute("Invalid message attribute name starting with character '.' was found.");
  }
  if (name.endsWith('.')) {
    throw invalidAttribute("Invalid message attribute name ending with character '.' was found.");
  }
  if (name.includes('..')) throw invalidAttribute("Message attribute name can not have successive '.' character.");
};

const checkAttribute = (name: string, { DataType: type, StringValue, BinaryValue }: MessageAttribute): void => {
  checkName(name);
  if (typeof type !== 'string') {
    throw new ServiceError(
      'ValidationError',
      `1 validation error detected: Value null at 'messageAttributes.${name}.member.dataType' failed to satisfy constraint: Member must not be null`,
    );
  }
  // A type may have a custom suffix, such as Number.int.
  const [, basic] = /^(String|Number|Binary)(?:\..+)?$/s.exec(type) ?? [];
  if (basic === undefined) {
    throw invalidAttribute(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const [value, other, field] =
    basic === 'Binary' ? [BinaryValue, StringValue, 'Binary'] : [StringValue, BinaryValue, 'String'];
  if (other !== undefined) {
    throw invalidAttribute(`The message attribute '${name}' with type '${type}' must use field '${field}'.`);
  }
  if (value === undefined || value === '') {
    throw invalidAttribute(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
  }
  const isWellFormed =
    basic === 'Number' ? Number.isFinite(Number(value)) : type !== 'String.Array' || Array.isArray(parsed(value));
  if (!isWellFormed) throw invalidAttribute(`Could not cast message attribute '${name}' value to ${type}.`);
};

/** The bytes that count towards the limit: the text, and each attribute's name, type and value. */
const sizeOf = (message: string, attributes: MessageAttributes): number =>
  Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      sum + Buffer.byteLength(name + DataType + StringValue) + Buffer.from(BinaryValue, 'base64').length,
    Buffer.byteLength(message),
  );

/** Returns a function that finds the text for a protocol. Texts that are not strings are ignored, as on AWS. */
export const textsByProtocol = (input: Input, message: string): ((protocol: string) => string) => {
  if (input.MessageStructure === undefined) return () => message;
  if (input.MessageStructure !== 'json') throw invalid('MessageStructure');
  const texts = parsed(message);
  if (!isObject(texts)) throw invalid('Message Structure - JSON message body failed to parse');
  const fallback = Object.hasOwn(texts, 'default') ? texts.default : undefined;
  if (typeof fallback !== 'string') throw invalid('Message Structure - No default entry in JSON message body');
  return (protocol) => {
    const own = texts[protocol];
    return typeof own === 'string' ? own : fallback;
  };
};

/** Checks a message and its attributes, without its texts for single protocols. */
export const checkMessage = (message: string, subject: string | undefined, attributes: MessageAttributes): void => {
  if (message === '') throw invalid('Empty message');
  if (subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(subject)) throw invalid('Subject');
  for (const [name, attribute] of Object.entries(attributes)) checkAttribute(name, attribute);
  if (sizeOf(message, attributes) > maximumMessageBytes) throw invalid('Message too long');
};
