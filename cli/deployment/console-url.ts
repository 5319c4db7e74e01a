import { placeOf } from '../../functions/contract/execution-arn';
import type { ExecutionArn } from '../../functions/contract/names';
import type { CommandContext } from './command-context';

/** The console page of an execution; `undefined` if the endpoint is not AWS's. */
export const consoleUrlOf = ({ env }: Pick<CommandContext, 'env'>, executionArn: string): string | undefined =>
  env.AWS_ENDPOINT_URL || env.AWS_ENDPOINT_URL_SFN
    ? undefined
    : (placeOf(executionArn as ExecutionArn)?.consoleUrl ?? undefined);
