import type { Topic } from '../contract/alert';
import { isRotationError } from '../contract/errors';
import type { StepName } from '../contract/functions';
import type { ExecutionArn, SecretName } from '../contract/names';
import type { CallPorts, Clock, LogFields } from '../contract/ports';
import type { Rotation } from '../contract/rotation';
import type { StepAction } from '../contract/step-event';
import { codeWord, ourWord, type Sentence, sentence } from '../language/sentence';
import type { Momento } from '../momento/port';
import type { Secrets } from '../secret/port';
import { systemClock } from './clock';
import { createLog } from './log';
import { placesOf } from './stack-trace';

/** A function's surroundings. On Lambda it is `lambdaRuntime`; the local run and the tests bring their own. */
export interface Runtime {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Takes one line of the log, without the newline. */
  write(line: string): void;
}

export const lambdaRuntime: Runtime = {
  env: process.env,
  clock: systemClock,
  write: (line) => process.stdout.write(`${line}\n`),
};

/** The services, where a function is not to make its own clients. */
export interface Connections {
  readonly secrets?: () => Secrets;
  readonly momento?: () => Momento;
  readonly topic?: () => Topic;
}

/** The part of Lambda's context that is used. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** A function's result: plain data, with a sentence for the reader of the execution. */
export interface StepResult {
  readonly detail: Sentence;
}

export type Handler = (event: unknown, context: LambdaContext) => Promise<StepResult>;

/** Makes a value on the first call and keeps it: a warm function reuses its clients and their connections. */
export const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/**
 * An unexpected error, as Step Functions may see it. Its message is dropped, because it may quote the data that caused
 * it; the locations in the code are kept.
 */
const withoutMessage = (error: unknown): Error => {
  const safe = new Error('The function failed with an unexpected error. The trace shows the location in the code.');
  if (error instanceof Error) {
    safe.name = codeWord(error.name);
    safe.stack = placesOf(error).join('\n');
  }
  return safe;
};

/** The parts of an event that are logged: a function has several actions, and a failure leaves no result to log. */
interface LoggableEvent {
  readonly execution: ExecutionArn;
  readonly secretName: SecretName | undefined;
  readonly action?: StepAction;
  readonly rotation?: Rotation | undefined;
}

const versionsOf = (data: Rotation | StepResult | undefined): LogFields =>
  data !== undefined && 'currentVersionId' in data
    ? {
        decision: ourWord(data.decision),
        currentVersionId: data.currentVersionId,
        candidateVersionId: data.candidateVersionId,
      }
    : {};

/**
 * A Lambda handler around one step: gives the step its invocation, logs its result and its duration, and passes the
 * named errors on to Step Functions unchanged.
 */
export const serve =
  <Event extends LoggableEvent, Result extends StepResult>(
    runtime: Runtime,
    step: StepName,
    parse: (event: unknown) => Event,
    run: (event: Event, ports: CallPorts) => Promise<Result>,
  ): ((event: unknown, context: LambdaContext) => Promise<Result>) =>
  async (rawEvent, context) => {
    const startedAt = runtime.clock.now();
    let log = createLog(runtime, { step: ourWord(step) });
    let before: LogFields = {};
    try {
      const event = parse(rawEvent);
      const { execution, secretName = sentence`unknown`, action = step } = event;
      log = createLog(runtime, { step: ourWord(step), action: ourWord(action), execution, secretName });
      before = versionsOf(event.rotation);
      const remainingMilliseconds = () => context.getRemainingTimeInMillis();
      const invocation = { id: context.awsRequestId, execution, remainingMilliseconds };
      const result = await run(event, { clock: runtime.clock, log, invocation });
      log.info('step done', {
        ...versionsOf(result),
        detail: result.detail,
        durationMs: runtime.clock.now() - startedAt,
      });
      return result;
    } catch (error) {
      const durationMs = runtime.clock.now() - startedAt;
      log.count('step_failed');
      if (isRotationError(error)) {
        log.warn('step failed', { ...before, error: ourWord(error.name), reason: error.message, durationMs });
        throw error;
      }
      const safe = withoutMessage(error);
      log.warn('step crashed', { ...before, error: codeWord(safe.name), durationMs });
      throw safe;
    } finally {
      log.gauge('step_duration', runtime.clock.now() - startedAt, 'Milliseconds');
    }
  };
