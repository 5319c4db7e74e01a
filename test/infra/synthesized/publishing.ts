import { Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { TokenRotation } from '../../../infra/construct/token-rotation';
import { statementsOf } from '../enforced';
import { allows, listOf, type Statement, statementsIn } from '../policies';
import { type Resource, resolve, resourcesOf, synthesize, type Template, theOnly } from '../template';

// Who publishes an alert, and what stands between them and the topic: AWS silently drops messages that are not allowed.

interface Way {
  readonly publisher: string;
  /** What is missing for it; empty if alerts get through. */
  readonly missing: readonly string[];
}

interface Goal {
  readonly template: Template;
  readonly topic: string;
  /** Its customer key, if it has one. */
  readonly key: string | undefined;
  readonly keyPolicy: readonly Statement[];
}

const goalIn = (template: Template): Goal => {
  const [topicId, topic] = theOnly(template, 'AWS::SNS::Topic');
  const key = topic.Properties.KmsMasterKeyId;
  const [[, keyResource] = []] = resourcesOf(template, 'AWS::KMS::Key');
  return {
    template,
    topic: String(resolve(template, { Ref: topicId })),
    key: key === undefined ? undefined : String(resolve(template, key)),
    keyPolicy: keyResource ? statementsIn(template, keyResource, 'KeyPolicy') : [],
  };
};

const withPrincipal = (statements: readonly Statement[], kind: 'Service' | 'AWS', name: string): Statement[] =>
  statements.filter(({ Principal }) => listOf((Principal as Record<string, string | string[]>)?.[kind]).includes(name));

const keyActions = ['kms:GenerateDataKey', 'kms:Decrypt'];

/** A role publishes by its own policies; those for the key count only where the key's policy leaves it to IAM. */
const wayOfRole = ({ template, topic, key, keyPolicy }: Goal, actor: 'Machine' | 'Alert'): Way => {
  const statements = statementsOf(template, actor);
  const context = { 'kms:ViaService': 'sns.us-east-1.amazonaws.com' };
  const root = withPrincipal(keyPolicy, 'AWS', 'arn:aws:iam::123456789012:root');
  const usable = (action: string): boolean =>
    allows(statements, { action, resource: key ?? '', context }) &&
    (keyPolicy.length === 0 || allows(root, { action, resource: key ?? '' }));
  return {
    publisher: actor,
    missing: [
      ...(allows(statements, { action: 'sns:Publish', resource: topic }) ? [] : ['sns:Publish']),
      ...(key === undefined ? [] : keyActions.filter((action) => !usable(action))),
    ],
  };
};

/** A service publishes by the topic's policy, and uses the key by the key's, without saying for whom. */
const wayOfService = (goal: Goal, service: string, publisher: string, sourceArn: string): Way => {
  const { template, topic, key, keyPolicy } = goal;
  const topicPolicies = resourcesOf(template, 'AWS::SNS::TopicPolicy')
    .filter(([, { Properties }]) => (resolve(template, Properties.Topics) as string[]).includes(topic))
    .flatMap(([, policy]) => statementsIn(template, policy));
  const context = { 'aws:SourceArn': sourceArn, 'aws:SecureTransport': 'true' };
  const mayPublish = allows(withPrincipal(topicPolicies, 'Service', service), {
    action: 'sns:Publish',
    resource: topic,
    context,
  });
  // A key outside of the template has a policy outside of it, too.
  const inTemplate = key !== undefined && keyPolicy.length > 0;
  const mayUse = (action: string) =>
    allows(withPrincipal(keyPolicy, 'Service', service), { action, resource: key ?? '' });
  return {
    publisher,
    missing: [
      ...(mayPublish ? [] : ['sns:Publish']),
      ...(inTemplate ? keyActions.filter((action) => !mayUse(action)) : []),
    ],
  };
};

const waysTo = (template: Template): Way[] => {
  const goal = goalIn(template);
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([id, { Properties }]) =>
    (resolve(template, Properties.AlarmActions ?? []) as string[]).includes(goal.topic)
      ? wayOfService(goal, 'cloudwatch.amazonaws.com', id, `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${id}`)
      : { publisher: id, missing: ['the topic among its actions'] },
  );
  const rules = resourcesOf(template, 'AWS::Events::Rule').map(([id, { Properties }]) =>
    (resolve(template, Properties.Targets ?? []) as { Arn: string }[]).some(({ Arn }) => Arn === goal.topic)
      ? wayOfService(goal, 'events.amazonaws.com', id, `arn:aws:events:us-east-1:123456789012:rule/${id}`)
      : { publisher: id, missing: ['the topic among its targets'] },
  );
  return [wayOfRole(goal, 'Machine'), wayOfRole(goal, 'Alert'), ...alarms, ...rules];
};

const silent = (template: Template): Way[] => waysTo(template).filter(({ missing }) => missing.length > 0);

const topicKmsKeyArn = 'arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111';

const variants: Readonly<Record<string, Parameters<typeof synthesize>[0]>> = {
  'no customer key': {},
  'a key that the stack creates': { topicKmsKeyArn: 'create' },
  'a key from another app': (app) => {
    const stack = new Stack(app, 'Theirs');
    new TokenRotation(stack, 'Rotation', { topicKey: new Key(stack, 'Key') });
    return stack;
  },
  'a key by its ARN': { topicKmsKeyArn },
};

describe.each(Object.keys(variants))('with %s', (name) => {
  test('every publisher can publish to the topic', async () => {
    const template = await synthesize(variants[name]);
    expect(waysTo(template).length).toBeGreaterThan(12);
    expect(silent(template)).toEqual([]);
  });

  test('without any one of the grants, some publisher cannot', async () => {
    const template = await synthesize(variants[name]);
    const cuts = cutsOf(template);
    expect(cuts.length).toBeGreaterThan(name === 'no customer key' ? 15 : 19);
    for (const { what, changed } of cuts) expect([what, silent(changed).length > 0]).toEqual([what, true]);
  });
});

interface Cut {
  readonly what: string;
  readonly changed: Template;
}

const publishing = /^(sns:Publish|kms:.*)$/;

/** The template with a change in a copy of one resource. */
const changedAt = (template: Template, id: string, change: (resource: Resource) => void): Template => {
  const copy = structuredClone(template);
  const resource = copy.Resources[id];
  if (resource === undefined) throw new Error(`There is no ${id}.`);
  change(resource);
  return copy;
};

const documentIn = ({ Properties }: Resource): { Statement: { Effect: string; Action: string | string[] }[] } =>
  (Properties.PolicyDocument ?? Properties.KeyPolicy) as ReturnType<typeof documentIn>;

/** Each allowed action in the policies of roles, topic and key; each action and target on the topic. */
const cutsOf = (template: Template): Cut[] => {
  const policies = ['AWS::IAM::Policy', 'AWS::SNS::TopicPolicy', 'AWS::KMS::Key'].flatMap((type) =>
    resourcesOf(template, type),
  );
  const actions = policies.flatMap(([id, resource]) =>
    documentIn(resource).Statement.flatMap(({ Effect, Action }, index) =>
      Effect === 'Deny'
        ? []
        : listOf(Action)
            .filter((action) => publishing.test(action))
            .map((action) => ({
              what: `${id} ${index} ${action}`,
              changed: changedAt(template, id, (copy) => {
                const statement = documentIn(copy).Statement[index];
                if (statement) statement.Action = listOf(Action).filter((each) => each !== action);
              }),
            })),
    ),
  );
  const ends = (type: string, field: string): Cut[] =>
    resourcesOf(template, type).map(([id]) => ({
      what: `${id} ${field}`,
      changed: changedAt(template, id, ({ Properties }) => {
        delete Properties[field];
      }),
    }));
  return [...actions, ...ends('AWS::CloudWatch::Alarm', 'AlarmActions'), ...ends('AWS::Events::Rule', 'Targets')];
};

test('alarms and rules of another account cannot publish', async () => {
  const template = await synthesize();
  const { topic } = goalIn(template);
  const [, policy] = theOnly(template, 'AWS::SNS::TopicPolicy');
  for (const [service, kind] of [
    ['cloudwatch', 'alarm:x'],
    ['events', 'rule/x'],
  ] as const) {
    const statements = withPrincipal(statementsIn(template, policy), 'Service', `${service}.amazonaws.com`);
    const may = (account: string): boolean =>
      allows(statements, {
        action: 'sns:Publish',
        resource: topic,
        context: { 'aws:SourceArn': `arn:aws:${service}:us-east-1:${account}:${kind}` },
      });
    expect([may('123456789012'), may('210987654321')]).toEqual([true, false]);
  }
});

test('the key’s policy needs each service, and a condition there would silence the rules', async () => {
  const template = await synthesize({ topicKmsKeyArn: 'create' });
  const [id] = theOnly(template, 'AWS::KMS::Key');
  const change = (edit: (statement: { Principal: { Service: unknown }; Condition?: object }) => void): Template =>
    changedAt(template, id, (copy) => {
      for (const statement of documentIn(copy).Statement as never[]) {
        if ((statement as { Principal: { Service?: unknown } }).Principal.Service) edit(statement);
      }
    });
  for (const service of ['cloudwatch.amazonaws.com', 'events.amazonaws.com']) {
    expect(
      silent(
        change((statement) => {
          statement.Principal.Service = listOf(statement.Principal.Service as string[]).filter(
            (each) => each !== service,
          );
        }),
      ),
    ).not.toEqual([]);
  }
  const source = { ArnLike: { 'aws:SourceArn': 'arn:aws:events:us-east-1:123456789012:rule/*' } };
  expect(
    silent(
      change((statement) => {
        statement.Condition = source;
      }),
    ),
  ).not.toEqual([]);
});

test('a key that is given by its ARN: synthesis warns that its policy has to be changed by hand', async () => {
  let said: string[] = [];
  await synthesize((app) => {
    const stack = new Stack(app, 'Theirs');
    new TokenRotation(stack, 'Rotation', { topicKmsKeyArn });
    const { metadata } = stack.node.findChild('Rotation').node.findChild('Alerts').node;
    said = metadata.map(({ data }) => String(data));
    return stack;
  });
  expect(said).toContainEqual(expect.stringContaining('AlertTopicKeyPolicy'));
});

test('a key that is given by its ARN: the stack prints the statement that its policy needs', async () => {
  const { Outputs } = await synthesize(variants['a key by its ARN']);
  const statement = JSON.parse(String(Outputs.AlertTopicKeyPolicy?.Value)) as Statement;
  expect(statement).toEqual({
    Sid: 'AlarmsAndRulesPublishAlerts',
    Effect: 'Allow',
    Principal: { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    Resource: '*',
  });
  expect((await synthesize({ topicKmsKeyArn: 'create' })).Outputs.AlertTopicKeyPolicy).toBeUndefined();
});
