import { defaultSecretName } from '../../functions/contract/names';
import type { Environment } from '../../functions/contract/ports';
import { nameOfSecret } from '../../functions/contract/secret-name';
import { defaultStackName } from '../../infra/plan/stack-name';
import { UsageError } from '../../terminal/usage-error';
import type { AwsAccess } from '../aws/access';
import type { DeployedMachine } from '../aws/executions';
import { describeStack } from '../aws/stack';
import { checkRegion, findTargetAccount, shownProfile } from '../aws/target-account';
import { shownName } from '../command/shown-name';
import type { CommonOptions } from '../command/surroundings';

/** A deployed rotation. */
export interface Deployment extends DeployedMachine {
  /** Names or ARNs. The first is the one that an execution rotates if its input is `{}`. */
  readonly secretIds: readonly string[];
  /** `undefined` if the environment variable names the state machine instead. */
  readonly stack: DeployedStack | undefined;
}

interface DeployedStack {
  readonly name: string;
  /** In CloudFormation's words, such as `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly alertTopicArn: string;
  readonly scheduleNames: readonly string[];
  /** `sourceVersion` of the clone that deployed it; `undefined` if the stack has no such output. */
  readonly version: string | undefined;
}

/** Names the state machine where there is no stack. */
const stateMachineVariable = 'MOMENTO_ROTATION_STATE_MACHINE_ARN';

const machineShape = /^arn:[a-z-]+:states:([a-z0-9-]+):\d{12}:stateMachine:[\w+=.@-]{1,80}$/;

/** @throws UsageError if the variable's value is not the ARN of a state machine */
const regionOfMachine = (arn: string): string => {
  const [, region] = machineShape.exec(arn) ?? [];
  if (region !== undefined) return region;
  throw new UsageError(
    `${stateMachineVariable} must be a state machine's ARN, as in the stack's output StateMachineArn.`,
  );
};

const list = (text: string | undefined): readonly string[] => (text ?? '').split(',').filter((each) => each !== '');

/**
 * Finds the deployment by the environment variable, or by the stack's outputs.
 * @throws UsageError if there is no such stack, or it belongs to another project
 */
export const findDeployment = async (
  { stack: chosenStack, region: chosenRegion }: CommonOptions,
  env: Environment,
  accessFor: (region: string | undefined) => AwsAccess,
): Promise<Deployment> => {
  const machine = env[stateMachineVariable];
  if (machine && chosenStack === undefined) {
    const region = regionOfMachine(machine);
    if (chosenRegion !== undefined && checkRegion(chosenRegion) !== region) {
      throw new UsageError(`${stateMachineVariable} is in ${region}, not in ${chosenRegion}. Set only one of them.`);
    }
    const access = accessFor(region);
    const profile = shownProfile(access);
    return { access, region, profile, stateMachineArn: machine, secretIds: [defaultSecretName], stack: undefined };
  }
  const account = await findTargetAccount(accessFor(chosenRegion));
  const { region } = account;
  const name = chosenStack ?? defaultStackName;
  const { status, outputs } = await describeStack(account, name);
  const {
    StateMachineArn: stateMachineArn,
    AlertTopicArn: alertTopicArn = '',
    SecretArns,
    ScheduleNames,
    Version: version,
  } = outputs;
  if (stateMachineArn === undefined) {
    throw new UsageError(
      `The stack ${shownName(name, 'that you named')} in ${region} (${status}) has no output StateMachineArn: it belongs to another project, or its deployment did not complete. Use --stack to name your stack, or run npm run deploy.`,
    );
  }
  return {
    ...account,
    stateMachineArn,
    secretIds: list(SecretArns),
    stack: { name, status, alertTopicArn, scheduleNames: list(ScheduleNames), version },
  };
};

/**
 * Checks that the deployment rotates this secret.
 * @returns why it does not; `undefined` if it does, or if without a stack that is unknown
 */
export const whyNotOfDeployment = ({ stack, secretIds }: Deployment, secret: string): string | undefined => {
  const names = secretIds.map(nameOfSecret);
  if (stack === undefined || names.includes(nameOfSecret(secret))) return undefined;
  return `${nameOfSecret(secret)} is not a secret of this deployment. Its secrets are: ${names.join(', ')}.`;
};
