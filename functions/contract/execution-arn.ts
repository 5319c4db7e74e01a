import { type Sentence, sentence } from '../language/sentence';
import type { ExecutionArn } from './names';

/** The console's host by partition. Those of the isolated partitions are not public. */
export const consoles: Readonly<Record<string, Sentence>> = {
  aws: sentence`console.aws.amazon.com`,
  'aws-cn': sentence`console.amazonaws.cn`,
  'aws-us-gov': sentence`console.amazonaws-us-gov.com`,
};

/**
 * The state machine's name is used in a command, so it may hold no character with a meaning for a shell. An execution
 * may have almost any name (https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html).
 */
const pattern =
  /^arn:(aws[a-z-]*):states:([a-z0-9-]+):(\d{12}):execution:([\w+=.@-]{1,80}):[^\s<>{}[\]?*"#%\\^|~`$&,;/]{1,128}$/;

/** What an execution's ARN tells. */
interface ExecutionPlace {
  readonly region: Sentence;
  readonly stateMachineArn: Sentence;
  /** The execution in the Step Functions console; `null` in a partition whose console is not known. */
  readonly consoleUrl: Sentence | null;
}

/** `undefined` if it is not the ARN of an execution. */
export const placeOf = (execution: ExecutionArn): ExecutionPlace | undefined => {
  const [, partition, regionName, account, machine] = pattern.exec(execution) ?? [];
  if (partition === undefined) return undefined;
  // The pattern accepts only names here.
  const region = regionName as Sentence;
  const host = Object.hasOwn(consoles, partition) ? consoles[partition] : undefined;
  return {
    region,
    stateMachineArn: `arn:${partition}:states:${region}:${account}:stateMachine:${machine}` as Sentence,
    consoleUrl: host
      ? sentence`https://${host}/states/home?region=${region}#/v2/executions/details/${execution}`
      : null,
  };
};
