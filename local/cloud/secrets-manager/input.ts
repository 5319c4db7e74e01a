import { ServiceError } from '../wire/service';
import { invalidParameter, invalidRequest } from './replies';
import type { Value } from './versions';

interface Kinds {
  secretId: string;
  name: string;
  versionId: string;
  label: string;
  labels: readonly string[];
  secretText: string;
  secretBytes: string;
  text: string;
  flag: boolean;
  number: number;
  tags: readonly object[];
}
type Kind = keyof Kinds;

/** The members that each action accepts; `!` marks required members. */
const shapes = {
  CreateSecret: {
    Name: 'name!',
    ClientRequestToken: 'versionId',
    Description: 'text',
    KmsKeyId: 'text',
    SecretString: 'secretText',
    SecretBinary: 'secretBytes',
    Tags: 'tags',
  },
  PutSecretValue: {
    SecretId: 'secretId!',
    ClientRequestToken: 'versionId',
    SecretString: 'secretText',
    SecretBinary: 'secretBytes',
    VersionStages: 'labels',
  },
  GetSecretValue: { SecretId: 'secretId!', VersionId: 'versionId', VersionStage: 'label' },
  DescribeSecret: { SecretId: 'secretId!' },
  UpdateSecretVersionStage: {
    SecretId: 'secretId!',
    VersionStage: 'label!',
    MoveToVersionId: 'versionId',
    RemoveFromVersionId: 'versionId',
  },
  ListSecretVersionIds: { SecretId: 'secretId!', IncludeDeprecated: 'flag' },
  DeleteSecret: { SecretId: 'secretId!', RecoveryWindowInDays: 'number', ForceDeleteWithoutRecovery: 'flag' },
  RestoreSecret: { SecretId: 'secretId!' },
  ListSecrets: { IncludePlannedDeletion: 'flag' },
  CancelRotateSecret: { SecretId: 'secretId!' },
} as const satisfies Record<string, Record<string, Kind | `${Kind}!`>>;

export type Action = keyof typeof shapes;

type KindOf<Mark> = Mark extends `${infer K extends Kind}!` ? K : Mark extends Kind ? Mark : never;
type Shape<A extends Action> = (typeof shapes)[A];
/** An action's input after `parse` has validated it. */
export type Input<A extends Action> = {
  readonly [M in keyof Shape<A> as Shape<A>[M] extends `${string}!` ? M : never]: Kinds[KindOf<Shape<A>[M]>];
} & {
  readonly [M in keyof Shape<A> as Shape<A>[M] extends `${string}!` ? never : M]?: Kinds[KindOf<Shape<A>[M]>];
};

const maximumValueBytes = 65_536;

const isString = (value: unknown): value is string => typeof value === 'string';
const within = (from: number, to: number) => (text: string) => text.length >= from && text.length <= to;
const isLabel = within(1, 256);
const isBase64 = (text: string) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);

/** The same code and the same text for the name of a secret to be made, and for one that is looked for. */
const nameRule = {
  code: 'ValidationException',
  message: 'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
};
const hasNameCharacters = (text: string) => /^[A-Za-z0-9/_+=.@!-]+$/.test(text);

const texts = (fits: (text: string) => boolean, rule: string) => ({ is: isString, fits, rule });

const kinds: {
  readonly [K in Kind]: {
    is(value: unknown): value is Kinds[K];
    fits(value: Kinds[K]): boolean;
    /** Ends the sentence "MEMBER must ...". */
    readonly rule: string;
    readonly code?: string;
    /** AWS's own text, where it is known. */
    readonly message?: string;
  };
} = {
  secretId: {
    ...texts(
      (id) => within(1, 2048)(id) && (id.startsWith('arn:') || hasNameCharacters(id)),
      'be a name or an ARN of 1 to 2048 characters',
    ),
    ...nameRule,
  },
  name: {
    ...texts((name) => within(1, 512)(name) && hasNameCharacters(name), 'be a name of 1 to 512 characters'),
    ...nameRule,
  },
  versionId: texts(within(32, 64), 'have 32 to 64 characters'),
  label: texts(isLabel, 'have 1 to 256 characters'),
  labels: {
    is: (value): value is readonly string[] => Array.isArray(value) && value.every(isString),
    fits: (labels) => labels.length >= 1 && labels.length <= 20 && labels.every(isLabel),
    rule: 'hold 1 to 20 labels of 1 to 256 characters',
  },
  secretText: texts(
    (text) => text.length > 0 && Buffer.byteLength(text) <= maximumValueBytes,
    `have 1 to ${maximumValueBytes} bytes`,
  ),
  secretBytes: texts(
    (text) => isBase64(text) && text.length > 0 && Buffer.from(text, 'base64').length <= maximumValueBytes,
    `have 1 to ${maximumValueBytes} bytes, in base64`,
  ),
  text: texts(within(0, 2048), 'have at most 2048 characters'),
  flag: { is: (value) => typeof value === 'boolean', fits: () => true, rule: 'be a boolean' },
  number: { is: (value) => typeof value === 'number', fits: Number.isInteger, rule: 'be a whole number' },
  tags: {
    is: (value): value is readonly object[] => Array.isArray(value) && value.every((tag) => typeof tag === 'object'),
    fits: (tags) => tags.length <= 50,
    rule: 'hold at most 50 tags',
  },
};

const check = <K extends Kind>(member: string, kind: K, value: unknown): Kinds[K] => {
  const { is, fits, rule, code = 'InvalidParameterException', message } = kinds[kind];
  // AWS rejects a value of the wrong type when it parses the request, before it applies any rule of the service.
  if (!is(value)) throw new ServiceError('SerializationException', `${member} is of the wrong type.`);
  if (!fits(value)) throw new ServiceError(code, message ?? `${member} must ${rule}.`);
  return value;
};

export const isAction = (action: string): action is Action => Object.hasOwn(shapes, action);

/**
 * Stricter than AWS in one point: refuses a member that the action does not accept, where AWS ignores it.
 * @throws ServiceError that names the member
 */
export const parse = <A extends Action>(action: A, input: Record<string, unknown>): Input<A> => {
  const shape: Record<string, string> = shapes[action];
  const given = Object.entries(input).filter(([, value]) => value !== undefined && value !== null);
  for (const [member] of given) {
    if (!Object.hasOwn(shape, member)) {
      throw new ServiceError('ValidationException', `The embedded ${action} does not accept ${member}.`);
    }
  }
  const values = Object.fromEntries(given);
  for (const [member, mark] of Object.entries(shape)) {
    if (values[member] !== undefined) check(member, mark.replace('!', '') as Kind, values[member]);
    else if (mark.endsWith('!')) throw new ServiceError('ValidationException', `${action} needs ${member}.`);
  }
  return values as Input<A>;
};

/** The text or the bytes in a request; never both. */
export const valueIn = ({
  SecretString,
  SecretBinary,
}: Input<'CreateSecret' | 'PutSecretValue'>): Value | undefined => {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw invalidParameter("You can't specify both SecretString and SecretBinary.");
  }
  if (SecretString !== undefined) return { SecretString };
  return SecretBinary === undefined ? undefined : { SecretBinary };
};

/** The id that a request gives to the new version. */
export const versionIdIn = ({ ClientRequestToken }: Input<'CreateSecret' | 'PutSecretValue'>): string => {
  // The SDKs generate it, so only a raw request can lack it.
  if (ClientRequestToken !== undefined) return ClientRequestToken;
  throw invalidRequest('You must provide a ClientRequestToken value. We recommend a UUID-type value.');
};
