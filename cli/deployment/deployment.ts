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

/** A deployed rotation, as far as it can be told from outside. */
export interface Deployment extends DeployedMachine {
  /** Names or ARNs; the first is the one that `{}` as an execution's input means. */
  readonly secretIds: readonly string[];
  /** What only the stack can tell; `undefined` if the state machine was named instead. */
  readonly stack: DeployedStack | undefined;
}

export interface DeployedStack {
  readonly name: string;
  /** As CloudFormation calls it, such as `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly alertTopicArn: string;
  readonly scheduleNames: readonly string[];
  /** As `sourceVersion` of the clone that deployed it; `undefined` before there was such an output. */
  readonly version: string | undefined;
}

/** The variable that names the state machine, where there is no stack to ask. */
const stateMachineVariable = 'MOMENTO_ROTATION_STATE_MACHINE_ARN';

const machineShape = /^arn:[a-z-]+:states:([a-z0-9-]+):\d{12}:stateMachine:[\w+=.@-]{1,80}$/;

/** The region in which a state machine is. */
const regionOfMachine = (arn: string): string => {
  const [, region] = machineShape.exec(arn) ?? [];
  if (region !== undefined) return region;
  throw new UsageError(
    `${stateMachineVariable} must be a state machine's ARN, as in the stack's output StateMachineArn.`,
  );
};

const list = (text: string | undefined): readonly string[] => (text ?? '').split(',').filter((each) => each !== '');

/**
 * Finds what was deployed: by the variable, or by the stack's outputs.
 * @param accessFor makes the access, once the region is known
 * @throws UsageError if there is no such stack, or it is none of this project's
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
      throw new UsageError(`${stateMachineVariable} is in ${region}, not in ${chosenRegion}. Leave one of both out.`);
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
      `The stack ${shownName(name, 'that you named')} in ${region} (${status}) has no output StateMachineArn, so it is none of this project's or was not deployed to its end. Name yours with --stack, or deploy it: npm run deploy`,
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
 * Whether the deployment rotates this secret, as far as that is known.
 * @returns why not; nothing if it does, or if only a stack could tell
 */
export const whyNotOfDeployment = ({ stack, secretIds }: Deployment, secret: string): string | undefined => {
  const names = secretIds.map(nameOfSecret);
  if (stack === undefined || names.includes(nameOfSecret(secret))) return undefined;
  return `${nameOfSecret(secret)} is none of the deployment's secrets: ${names.join(', ')}.`;
};
