import { type Resource, resolve, resourcesOf, type Template } from './template';

// As much of IAM's policy evaluation as the stack's own policies use. The rest is refused: better than judged wrongly.

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Condition?: Record<string, Record<string, string>>;
}

export interface Request {
  readonly action: string;
  readonly resource: string;
  /** Condition keys and their values. */
  readonly context?: Readonly<Record<string, string>>;
}

export const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

const matches = (pattern: string, text: string): boolean => {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`).test(text);
};

const holds = (condition: Statement['Condition'], context: Request['context'] = {}): boolean =>
  Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => {
      const actual = context[key];
      if (actual === undefined) return false;
      if (operator === 'StringEquals') return actual === expected;
      if (operator === 'ArnLike' || operator === 'ArnEquals') return matches(expected, actual);
      if (operator === 'Bool') return actual === expected;
      throw new Error(`${operator} is not evaluated here.`);
    }),
  );

const covers = (statement: Statement, { action, resource, context }: Request): boolean =>
  listOf(statement.Action).some((pattern) => matches(pattern, action)) &&
  listOf(statement.Resource).some((pattern) => matches(pattern, resource)) &&
  holds(statement.Condition, context);

export const allows = (statements: readonly Statement[], request: Request): boolean =>
  statements.some((statement) => statement.Effect === 'Allow' && covers(statement, request)) &&
  !statements.some((statement) => statement.Effect === 'Deny' && covers(statement, request));

export const statementsIn = (template: Template, { Properties }: Resource, field = 'PolicyDocument'): Statement[] =>
  (resolve(template, Properties[field]) as { Statement: Statement[] }).Statement;

/** All that a role may do. Managed policies would be hidden here, so there must be none. */
export const statementsOfRole = (template: Template, roleId: string): Statement[] => {
  const role = template.Resources[roleId];
  if (role?.Properties.ManagedPolicyArns || role?.Properties.Policies) throw new Error(`${roleId} has other policies.`);
  return resourcesOf(template, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => (resolve(template, Properties.Roles) as string[]).includes(roleId))
    .flatMap(([, policy]) => statementsIn(template, policy));
};

const roleIn = (value: unknown): string => (value as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0];

/** The logical id of the role that a function or the state machine has. */
export const roleOf = (template: Template, id: string): string => {
  const { Role, RoleArn } = template.Resources[id]?.Properties ?? {};
  return roleIn(Role ?? RoleArn);
};
