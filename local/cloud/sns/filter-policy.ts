import { isObject, parsed } from '../../../functions/language/json';
import { type Attributes, invalid } from './input';
import type { MessageAttribute, MessageAttributes } from './message';

type Matcher = string | { readonly prefix: string };
/** Exact strings and prefixes, by attribute. */
export type FilterPolicy = Readonly<Record<string, readonly Matcher[]>>;

const isMatcher = (value: unknown): value is Matcher =>
  typeof value === 'string' ||
  (isObject(value) && Object.keys(value).length === 1 && typeof value.prefix === 'string' && value.prefix !== '');

/** The policy in a subscription's attributes, checked. */
export const filterPolicy = ({ FilterPolicy: json = '{}', FilterPolicyScope: scope }: Attributes): FilterPolicy => {
  if (scope !== undefined && scope !== 'MessageAttributes') {
    throw invalid(`Attributes Reason: FilterPolicyScope: Invalid value [${scope}].`);
  }
  const policy = parsed(json);
  if (!isObject(policy)) throw invalid('Attributes Reason: FilterPolicy: failed to parse JSON.');
  for (const [key, matchers] of Object.entries(policy)) {
    if (!Array.isArray(matchers) || matchers.length === 0 || !matchers.every(isMatcher)) {
      throw invalid(`Attributes Reason: FilterPolicy: "${key}" must be a list of strings or prefixes here`);
    }
  }
  return policy as FilterPolicy;
};

/** The texts of an attribute that a filter policy can match. */
const textsOf = ({ DataType, StringValue = '' }: MessageAttribute): unknown[] => {
  if (DataType === 'String') return [StringValue];
  const list = DataType === 'String.Array' ? parsed(StringValue) : [];
  return Array.isArray(list) ? list : [];
};

/** Whether a message with these attributes is for the subscriber. */
export const passes = (filter: FilterPolicy, attributes: MessageAttributes): boolean =>
  Object.entries(filter).every(([key, matchers]) => {
    const attribute = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
    const texts = attribute === undefined ? [] : textsOf(attribute);
    return matchers.some((matcher) =>
      texts.some((value) =>
        typeof matcher === 'string' ? value === matcher : typeof value === 'string' && value.startsWith(matcher.prefix),
      ),
    );
  });
