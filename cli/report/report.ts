import { placeOf } from '../../functions/contract/execution-arn';
import { defaultSecretName, type ExecutionArn } from '../../functions/contract/names';
import { nameOfSecret } from '../../functions/contract/secret-name';
import { isObject } from '../../functions/language/json';
import { readHistory, secretNameIn } from '../../report/history/execution-history';
import { versionsTold } from '../../report/history/labels';
import { meaningOf } from '../../report/history/meaning';
import { withoutStrayTokens } from '../../report/markup/stray-tokens';
import { reportPage } from '../../report/page/page';
import { checkReportFile, writeReport } from '../../report/page/report-file';
import { readDefinitionText } from '../../statemachine/definition';
import type { Definition } from '../../statemachine/states-language';
import { printWrapped } from '../../terminal/terminal';
import { UsageError } from '../../terminal/usage-error';
import { connectExecutions, type Executions } from '../aws/executions';
import { isKnown, look } from '../command/part';
import { shownName } from '../command/shown-name';
import type { CommandContext } from '../deployment/command-context';
import { consoleUrlOf } from '../deployment/console-url';

export interface ReportOptions {
  readonly output?: string;
}

interface Found {
  readonly executionArn: string;
  readonly executions: Executions;
  /** The secret that is rotated if an input names none; `undefined` without a deployment. */
  readonly firstSecret: string | undefined;
}

/** An ARN names its region and state machine, so no deployment is needed. */
const findByArn = async (context: CommandContext, executionArn: string): Promise<Found> => {
  const place = placeOf(executionArn as ExecutionArn);
  if (place === undefined) {
    throw new UsageError(
      'Not the ARN of an execution. Give an ARN or a name as shown by status and the console, or "last".',
    );
  }
  const executions = connectExecutions({
    ...(await context.targetAccount(place.region)),
    stateMachineArn: place.stateMachineArn,
  });
  return { executionArn, executions, firstSecret: undefined };
};

const noName = (): UsageError => new UsageError('Not the name of an execution. Give an ARN or a name, or "last".');

const findExecution = async (context: CommandContext, given: string): Promise<Found> => {
  if (given.startsWith('arn:')) return findByArn(context, given);
  if (shownName(given, '') === '' || !/^[^\s/:]{1,80}$/.test(given)) {
    throw noName();
  }
  const deployment = await context.deployment();
  const executions = connectExecutions(deployment);
  const firstSecret = nameOfSecret(deployment.secretIds[0] ?? defaultSecretName);
  if (given !== 'last') {
    const executionArn = `${deployment.stateMachineArn.replace(':stateMachine:', ':execution:')}:${given}`;
    if (placeOf(executionArn as ExecutionArn) === undefined) throw noName();
    return { executionArn, executions, firstSecret };
  }
  const [executionArn] = await executions.latest(1);
  if (executionArn !== undefined) return { executionArn, executions, firstSecret };
  throw new UsageError('There is no execution yet. Start one: npx momento-rotation rotate');
};

const isDefinition = (value: unknown): value is Definition =>
  isObject(value) && typeof value.StartAt === 'string' && isObject(value.States);

/** The definition that the execution was started with, or if it cannot be read, the one in this folder. */
const definitionOf = async ({ executions, executionArn }: Found) => {
  const text = await look(() => executions.definitionOf(executionArn));
  const definition: unknown = isKnown(text) ? JSON.parse(text.value) : undefined;
  if (isDefinition(definition)) {
    if (['Fetch', 'Refresh', 'Promote'].every((name) => name in definition.States))
      return { definition, remark: undefined };
    throw new UsageError('Not an execution of a rotation: its state machine has other states.');
  }
  return {
    definition: JSON.parse(readDefinitionText()) as Definition,
    remark: `The diagram shows the state machine from the folder in which this report was created. The execution may have run another version.${
      isKnown(text) ? '' : ` ${text.unknown}`
    }`,
  };
};

/**
 * The command `report`: writes an HTML report of an execution that is running, succeeded or failed.
 * @returns the exit code
 */
export const report = async (context: CommandContext, given: string, { output }: ReportOptions): Promise<number> => {
  if (output !== undefined) checkReportFile('--output', output);
  const found = await findExecution(context, given);
  const { executionArn, executions, firstSecret } = found;
  const file =
    output ??
    `${executionArn
      .split(':')
      .at(-1)
      ?.replace(/[^\w.-]/g, '-')}.html`;
  checkReportFile('--output', file);
  const [events, { definition, remark }] = await Promise.all([executions.history(executionArn), definitionOf(found)]);
  const history = readHistory(events);
  const secretId = secretNameIn(history) ?? firstSecret;
  const secretName = secretId === undefined ? undefined : nameOfSecret(secretId);
  const execution = { arn: executionArn, secretName, history, seenAt: context.clock.now() };
  const consoleUrl = consoleUrlOf(context, executionArn);
  const page = await reportPage({ ...execution, definition, versions: versionsTold(history), consoleUrl, remark });
  writeReport('--output', file, page);
  const { word, ...meaning } = meaningOf(execution);
  const sentence = withoutStrayTokens(meaning.sentence);
  context.report({ file, executionArn, status: history.status, meaning: sentence }, () => {
    printWrapped(context.terminal, `${word}. ${sentence}`);
    // Not wrapped, so that it can be copied.
    context.terminal.print(`Report: ${file}`);
  });
  return 0;
};
