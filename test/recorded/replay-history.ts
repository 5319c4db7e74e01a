import { asFields, parsed } from '../../functions/language/json';
import { loadDefinition } from '../../local/interpreter/definition';
import { execute } from '../../local/interpreter/interpreter';
import { StatesError } from '../../local/interpreter/states-error';
import type { Integration } from '../../local/interpreter/step';
import { checkState } from '../../local/interpreter/validation';
import { createSteppingClock } from '../local/interpreter/run';

/** An event of a history, as recorded: its type, the id of the event before it, and its details. Ids count from 1. */
export type RecordedEvent = readonly [
  type: string,
  previousEventId: number,
  details?: Readonly<Record<string, unknown>>,
];

export interface RecordedHistory {
  /** The test of the source that recorded it. */
  readonly test: string;
  readonly recorded: string;
  readonly definition: { readonly StartAt: string; readonly States: Readonly<Record<string, RecordedState>> };
  /** Data, or a JSON text that is not an object. */
  readonly input: unknown;
  readonly events: readonly RecordedEvent[];
}

type RecordedState = Readonly<Record<string, unknown>>;

const lambdaInvoke = 'arn:aws:states:::lambda:invoke';

const isOptimized = (resource: unknown): boolean => /^arn:aws:states:::[a-z]+:[A-Za-z]+$/.test(String(resource));

/** A state with which `End: true` is replaced, which the state machine does not use. */
const added = 'End of the recorded machine';

/**
 * A recorded state for this interpreter. A Task that calls its service in another way becomes a call of `lambda:invoke`:
 * retries and catchers are the same.
 * @returns `undefined` if the interpreter does not support the state
 */
const supported = ({ End, ...state }: RecordedState): RecordedState | undefined => {
  const resource = state.Type === 'Task' && !isOptimized(state.Resource) ? { Resource: lambdaInvoke } : {};
  const changed = { ...state, ...resource, ...(End === true ? { Next: added } : {}) };
  try {
    checkState('', changed);
    return changed;
  } catch {
    return undefined;
  }
};

/** Events of a Lambda function that is a state's Resource, by the events of a service that mean the same. */
const lambdaEvents: Readonly<Record<string, string>> = {
  LambdaFunctionScheduled: 'TaskScheduled',
  LambdaFunctionStarted: 'TaskStarted',
  LambdaFunctionSucceeded: 'TaskSucceeded',
  LambdaFunctionFailed: 'TaskFailed',
  LambdaFunctionTimedOut: 'TaskTimedOut',
};

const isTime = (text: string): boolean => /^<?(start-time|entered-time|timestamp|datetime)>?$/.test(text);

/** JSON texts as data, and all times alike. */
const comparable = (value: unknown): unknown => {
  if (typeof value === 'string') {
    const inside = parsed(value);
    if (inside !== undefined && typeof inside !== 'string') return comparable(inside);
    return isTime(value) || /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? 'a time' : value;
  }
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, each]) => [field, comparable(each)]));
};

type Comparable = readonly [type: string, previousEventId: number, details: unknown];

/** @param isReplaced the Resource of the Task was replaced, so that its name and the form of the call differ */
const comparableEvent = ([type, previous, details = {}]: RecordedEvent, isReplaced: boolean): Comparable => {
  const { resource, resourceType, region, ...rest } = details;
  const event = lambdaEvents[type] ?? type;
  if (!isReplaced) return [event, previous, comparable(details)];
  const { input: parameters, ...called } = rest;
  return [event, previous, comparable(type === 'LambdaFunctionScheduled' ? { parameters, ...called } : rest)];
};

/** Data that is not an object was recorded as a JSON text. */
const dataOf = (recorded: unknown): unknown => {
  const data = typeof recorded === 'string' ? parsed(recorded) : undefined;
  return data === undefined ? recorded : data;
};

/** The results of the calls of a recorded execution, in order. */
const outcomesOf = (events: readonly RecordedEvent[]) =>
  events.flatMap(([type, , details = {}]) => {
    if (/(Succeeded|Failed|TimedOut)$/.test(type) && !type.startsWith('Execution')) return [{ type, details }];
    return [];
  });

/** Gives each call the result that it had on AWS. */
const replaying = (events: readonly RecordedEvent[], expire: () => void): Integration => {
  const left = outcomesOf(events);
  return async () => {
    const next = left.shift();
    if (next === undefined) throw new Error('AWS made no further call.');
    const { error, cause, output } = next.details;
    if (next.type.endsWith('Succeeded')) return dataOf(output);
    if (next.type.endsWith('TimedOut')) {
      expire();
      return new Promise(() => {});
    }
    throw new StatesError(String(error ?? ''), typeof cause === 'string' ? cause : JSON.stringify(cause ?? ''));
  };
};

/** Both histories, up to the first state that the interpreter does not support. */
export interface Replay {
  readonly recorded: readonly Comparable[];
  readonly ours: readonly Comparable[];
}

export const replay = async ({ definition, input, events }: RecordedHistory): Promise<Replay> => {
  const states = Object.entries(definition.States).map(([name, state]) => [name, supported(state)] as const);
  const unsupported = new Set(states.flatMap(([name, state]) => (state ? [] : [name])));
  const isReplaced =
    Object.values(definition.States).some(({ Type, Resource }) => Type === 'Task' && !isOptimized(Resource)) ||
    events.some(([type]) => type in lambdaEvents);
  const last = events.findIndex(([, , details]) => unsupported.has(String(details?.name)));
  const heard = last < 0 ? events : events.slice(0, last);
  const used = Object.fromEntries(states.map(([name, state]) => [name, state ?? { Type: 'Succeed' }]));
  const ends = Object.values(used).some(({ Next }) => Next === added);
  const time = createSteppingClock();
  const task = replaying(heard, () => time.deadlines.at(-1)?.expire());
  const resources = Object.values(used).map(({ Resource }) => String(Resource));
  const { history } = await execute(
    loadDefinition({
      StartAt: definition.StartAt,
      States: { ...used, ...(ends ? { [added]: { Type: 'Succeed' } } : {}) },
    }),
    {
      input: dataOf(input),
      name: '<ExecArnPart_0idx>',
      executionArn: 'arn:<partition>:states:<region>:111111111111:execution:<ArnPart_0idx>:<ExecArnPart_0idx>',
      stateMachineArn: 'arn:<partition>:states:<region>:111111111111:stateMachine:<ArnPart_0idx>',
      roleArn: String(events[0]?.[2]?.roleArn),
      integrations: Object.fromEntries(resources.map((resource) => [resource, task])),
      clock: time.clock,
    },
  );
  const known = history.filter(({ stateEnteredEventDetails: entered, stateExitedEventDetails: exited }) => {
    const name = entered?.name ?? exited?.name ?? '';
    return name !== added;
  });
  const renumbered = new Map(known.map(({ id }, index) => [id, index + 1]));
  const ours = known.map(({ id, previousEventId, timestamp, type, ...details }): RecordedEvent => {
    const [only] = Object.values(details);
    // The event before the end is that of the added state.
    const previous = renumbered.get(previousEventId) ?? (previousEventId === 0 ? 0 : (renumbered.get(id) ?? 1) - 1);
    return only === undefined ? [type, previous] : [type, previous, asFields(only)];
  });
  return {
    recorded: heard.map((event) => comparableEvent(event, isReplaced)),
    ours: ours.slice(0, heard.length).map((event) => comparableEvent(event, isReplaced)),
  };
};
