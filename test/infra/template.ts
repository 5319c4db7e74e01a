import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotations, App, type Stack } from 'aws-cdk-lib';
import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import cdkJson from '../../cdk.json';
import type { TokenRotationProps } from '../../infra/plan/token-rotation-props';
import { TokenRotationStack } from '../../infra/stack/stack';

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Template {
  readonly Resources: Record<string, Resource>;
  readonly Outputs: Record<string, { readonly Value: unknown }>;
}

export interface Synthesized {
  readonly template: Template;
  /** The folder of a function's bundle. */
  assetOf(functionId: string): string;
  readonly stack: Stack;
}

/** Synthesizes the stack into a folder that goes when `look` has returned. Bundles the functions only when told to. */
export const withStack = async <T>(
  props: TokenRotationProps | ((app: App) => Stack),
  look: (synthesized: Synthesized) => Promise<T> | T,
  { bundle = false }: { readonly bundle?: boolean } = {},
): Promise<T> => {
  const outdir = mkdtempSync(join(tmpdir(), 'token-rotation-'));
  try {
    const context = { ...cdkJson.context, ...(bundle ? {} : { 'aws:cdk:bundling-stacks': [] }) };
    const app = new App({ outdir, context });
    const stack = typeof props === 'function' ? props(app) : new TokenRotationStack(app, 'MomentoTokenRotation', props);
    // Said on the terminal, where the tests' own words are; a test of its own looks for it.
    Annotations.of(stack).acknowledgeWarning('token-rotation:topicKeyPolicy');
    const assembly = app.synth();
    const artifact: CloudFormationStackArtifact = assembly.getStackArtifact(stack.artifactId);
    const template = artifact.template as Template;
    return await look({
      template,
      stack,
      assetOf: (functionId) => {
        const { S3Key = '' } = (template.Resources[functionId]?.Properties.Code ?? {}) as { S3Key?: string };
        return join(outdir, `asset.${S3Key.replace(/\.zip$/, '')}`);
      },
    });
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
};

const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
};

const templates = new Map<string, Promise<Template>>();

/** The template for these settings, synthesized once, and frozen since all tests share it. */
export const synthesize = (props: Parameters<typeof withStack>[0] = {}): Promise<Template> => {
  const make = (): Promise<Template> => withStack(props, ({ template }) => frozen(template));
  // An app that a test makes cannot be told from another by its settings.
  if (typeof props === 'function') return make();
  const settings = JSON.stringify(props);
  const template = templates.get(settings) ?? make();
  templates.set(settings, template);
  return template;
};

export const resourcesOf = (template: Template, type: string): [string, Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

export const theOnly = (template: Template, type: string): [string, Resource] => {
  const [only, ...others] = resourcesOf(template, type);
  if (only === undefined || others.length > 0) throw new Error(`${others.length + (only ? 1 : 0)} of ${type}`);
  return only;
};

export const propertiesIn = (template: Template, type: string): Record<string, unknown> =>
  theOnly(template, type)[1].Properties;

export const allPropertiesIn = (template: Template, type: string): Record<string, unknown>[] =>
  resourcesOf(template, type).map(([, { Properties }]) => Properties);

export const alarmsIn = (template: Template): Record<string, unknown>[] =>
  allPropertiesIn(template, 'AWS::CloudWatch::Alarm');

/** The state machine's definition, placeholders included. */
export const definitionIn = (template: Template): string =>
  String(propertiesIn(template, 'AWS::StepFunctions::StateMachine').DefinitionString);

/** The logical id of a function, by its step. */
export const functionIdOf = (template: Template, name: string): string => {
  const [[id] = [], ...others] = resourcesOf(template, 'AWS::Lambda::Function').filter(([each]) => each.includes(name));
  if (id === undefined || others.length > 0) throw new Error(`${others.length + (id ? 1 : 0)} functions ${name}`);
  return id;
};

const services: Readonly<Record<string, (id: string) => string>> = {
  'AWS::Lambda::Function': (id) => `lambda:us-east-1:123456789012:function:${id}`,
  'AWS::SNS::Topic': (id) => `sns:us-east-1:123456789012:${id}`,
  'AWS::SQS::Queue': (id) => `sqs:us-east-1:123456789012:${id}`,
  'AWS::KMS::Key': (id) => `kms:us-east-1:123456789012:key/${id}`,
  'AWS::Logs::LogGroup': (id) => `logs:us-east-1:123456789012:log-group:${id}:*`,
  'AWS::IAM::Role': (id) => `iam::123456789012:role/${id}`,
  'AWS::StepFunctions::StateMachine': (id) => `states:us-east-1:123456789012:stateMachine:${id}`,
  'AWS::Scheduler::ScheduleGroup': (id) => `scheduler:us-east-1:123456789012:schedule-group/${id}`,
  'AWS::SecretsManager::Secret': (id) => `secretsmanager:us-east-1:123456789012:secret:${id}`,
  'AWS::CloudWatch::Alarm': (id) => `cloudwatch:us-east-1:123456789012:alarm:${id}`,
};

/** What `Ref` gives instead of a name. */
const refersToArn = new Set(['AWS::SNS::Topic', 'AWS::StepFunctions::StateMachine', 'AWS::SecretsManager::Secret']);

const pseudo: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '123456789012',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'MomentoTokenRotation',
};

/** A value of the template as CloudFormation would fill it in, in a test account. */
export const resolve = (template: Template, value: unknown): unknown => {
  const arnOf = (id: string): string => {
    const name = services[template.Resources[id]?.Type ?? ''];
    if (name === undefined) throw new Error(`The ARN of ${id} is not known here.`);
    return `arn:aws:${name(id)}`;
  };
  if (Array.isArray(value)) return value.map((item) => resolve(template, item));
  if (typeof value !== 'object' || value === null) return value;
  const [[key = '', argument] = []] = Object.entries(value);
  if (key === 'Ref') {
    const id = String(argument);
    return pseudo[id] ?? (refersToArn.has(template.Resources[id]?.Type ?? '') ? arnOf(id) : id);
  }
  if (key === 'Fn::GetAtt') {
    const [id = '', attribute] = argument as string[];
    return attribute === 'Arn' ? arnOf(id) : id;
  }
  if (key === 'Fn::Join') {
    const [separator = '', parts] = argument as [string, unknown[]];
    return parts.map((part) => String(resolve(template, part))).join(separator);
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolve(template, item)]));
};
