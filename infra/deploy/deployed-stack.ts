import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { nameOfSecret } from '../../functions/contract/secret-name';
import { UsageError } from '../../terminal/usage-error';
import type { WantedStack } from './wanted-stack';

/** The stack before a deployment. */
export interface DeployedStack {
  /** Names of the secrets that it rotates. */
  readonly rotated: readonly string[];
  /** Names of the secrets among them that it created. */
  readonly made: readonly string[];
  readonly subscriptions: number;
}

/** Each may reject: a user without the permission to read can still deploy. */
export interface Inventory {
  /** `undefined`: there is no such stack. */
  stack(name: string): Promise<DeployedStack | undefined>;
  secret(id: string): Promise<'there' | 'absent' | 'scheduled for deletion'>;
}

const isNamed = (error: unknown, name: string): boolean => (error as Error).name === name;

type Resource = Partial<Pick<StackResourceSummary, 'ResourceType' | 'ResourceStatus' | 'PhysicalResourceId'>>;

/**
 * Without the resources that the stack has deleted or retained, which it lists as well: a failed first deployment
 * leaves secrets behind.
 */
export const ownedIn = (resources: readonly Resource[]): Pick<DeployedStack, 'made' | 'subscriptions'> => {
  const owned = resources.filter(({ ResourceStatus = '' }) => !ResourceStatus.startsWith('DELETE'));
  const ofType = (type: string): readonly Resource[] => owned.filter(({ ResourceType }) => ResourceType === type);
  return {
    made: ofType('AWS::SecretsManager::Secret').map(({ PhysicalResourceId = '' }) => nameOfSecret(PhysicalResourceId)),
    subscriptions: ofType('AWS::SNS::Subscription').length,
  };
};

export const inventoryThroughSdk = (region: string): Inventory => {
  const stacks = new CloudFormationClient({ region });
  const secrets = new SecretsManagerClient({ region });
  return {
    async stack(StackName) {
      const reply = await stacks.send(new DescribeStacksCommand({ StackName })).catch((error: Error) => {
        // CloudFormation's code for a stack that does not exist.
        if (isNamed(error, 'ValidationError')) return undefined;
        throw error;
      });
      const [stack] = reply?.Stacks ?? [];
      if (!stack) return undefined;
      const resources: StackResourceSummary[] = [];
      const pages = paginateListStackResources({ client: stacks }, { StackName });
      for await (const { StackResourceSummaries = [] } of pages) resources.push(...StackResourceSummaries);
      const arns = stack.Outputs?.find(({ OutputKey }) => OutputKey === 'SecretArns')?.OutputValue ?? '';
      return { rotated: arns.split(',').filter(Boolean).map(nameOfSecret), ...ownedIn(resources) };
    },
    secret: (SecretId) =>
      secrets.send(new DescribeSecretCommand({ SecretId })).then(
        ({ DeletedDate }) => (DeletedDate ? 'scheduled for deletion' : 'there'),
        (error: Error) => {
          if (isNamed(error, 'ResourceNotFoundException')) return 'absent';
          throw error;
        },
      ),
  };
};

/** Why a secret in this state prevents the deployment, and what to do. */
const obstacle = (
  { name, isCreated }: WantedStack['secrets'][number],
  state: Awaited<ReturnType<Inventory['secret']>>,
): string | undefined => {
  if (state === 'scheduled for deletion') {
    return `The secret ${name} is scheduled for deletion. Restore it (aws secretsmanager restore-secret --secret-id ${name}) or use another name.`;
  }
  if (isCreated && state === 'there') {
    return `The secret ${name} already exists and was not created by this stack. To rotate the existing secret: -c existingSecrets=${name}`;
  }
  if (!isCreated && state === 'absent') {
    return `There is no secret ${name}. Correct existingSecrets, or put the name in secretNames to create the secret.`;
  }
  return undefined;
};

/**
 * Compares the settings with the deployed stack.
 * @returns sentences about what this deployment removes: warnings, which do not prevent it
 * @throws UsageError if a secret to create exists already, or an existing one does not
 */
export const compareWithDeployed = async (inventory: Inventory, wanted: WantedStack): Promise<readonly string[]> => {
  // Without the permission to read the stack, its contents are unknown.
  const deployed = await inventory.stack(wanted.name).catch(() => 'unknown' as const);
  const made = typeof deployed === 'object' ? deployed.made : [];
  for (const secret of wanted.secrets.filter(({ name }) => !made.includes(name))) {
    if (deployed === 'unknown' && secret.isCreated) continue;
    const state = await inventory.secret(secret.name).catch(() => undefined);
    const reason = state && obstacle(secret, state);
    if (reason !== undefined) throw new UsageError(reason);
  }
  if (typeof deployed !== 'object') return [];
  const names = wanted.secrets.map(({ name }) => name);
  const dropped = deployed.rotated.filter((name) => !names.includes(name));
  return [
    ...dropped.map((name) => `${name} will no longer be rotated: these settings do not contain it.`),
    ...(wanted.subscriptions < deployed.subscriptions
      ? [
          `${deployed.subscriptions - wanted.subscriptions} of the stack's ${deployed.subscriptions} subscriptions will be removed: these settings do not contain them.`,
        ]
      : []),
  ];
};
