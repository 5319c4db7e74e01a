import { asFields, type Fields } from '../language/json';
import { sentence } from '../language/sentence';
import { brokenContract } from './errors';
import { parseExecutionInput } from './execution-input';
import type { ExecutionArn, SecretName, VersionId } from './names';
import type { Request, Rotation } from './rotation';
import { nameOfSecret } from './secret-name';

/** The action that the state machine asks a function for. */
export type StepAction =
  | 'refresh'
  | 'validate'
  | 'verify'
  | 'testBoth'
  | 'rehearse'
  | 'promote'
  | 'check'
  | 'tidy'
  | 'rollBack';

/** The event of the functions that work on a rotation. */
interface StepEvent<Action extends StepAction> {
  readonly action: Action;
  readonly execution: ExecutionArn;
  readonly secretName: SecretName;
  readonly rotation: Rotation;
}

export const requireExecution = (event: Fields): ExecutionArn => {
  if (typeof event.execution !== 'string') throw brokenContract(sentence`"execution" is missing`);
  return event.execution as ExecutionArn;
};

export const isRotation = (value: unknown): value is Rotation => {
  const rotation = asFields(value);
  return ['secretName', 'secretArn', 'currentVersionId'].every((field) => typeof rotation[field] === 'string');
};

/** @throws InvalidInput if the value is not what the state machine sends */
export const parseStepEvent = <Action extends StepAction>(
  value: unknown,
  actions: readonly Action[],
): StepEvent<Action> => {
  const event = asFields(value);
  const action = actions.find((known) => known === event.action);
  if (action === undefined) throw brokenContract(sentence`"action" is not an action of this function`);
  if (!isRotation(event.rotation)) throw brokenContract(sentence`"rotation" is missing or incomplete`);
  const { rotation } = event;
  return { action, execution: requireExecution(event), secretName: rotation.secretName, rotation };
};

/** @throws InvalidInput if it is missing in the event of a step that needs it */
export const requireCandidate = (candidateVersionId: VersionId | null): VersionId => {
  if (candidateVersionId !== null) return candidateVersionId;
  throw brokenContract(sentence`"candidateVersionId" is missing`);
};

/** The event of Fetch. */
interface FetchEvent {
  readonly execution: ExecutionArn;
  /** The name to log under. */
  readonly secretName: SecretName;
  /** The execution's input, after validation. */
  readonly request: Request;
  /** Epoch milliseconds. */
  readonly executionStartedAt: number;
  readonly tidied: number;
  readonly startedOver: boolean;
}

/**
 * Reads the event of Fetch. Its field `before` is the state's data. At the start of the execution that is the input,
 * which cannot have the fields that are read here; later it holds what this execution has done so far.
 * @throws InvalidInput if the execution's input is wrong, or this is not what the state machine sends
 */
export const parseFetchEvent = (value: unknown, defaultName: () => SecretName): FetchEvent => {
  const event = asFields(value);
  const before = asFields(event.before);
  const rotation = isRotation(before.rotation) ? before.rotation : undefined;
  const startedAt = typeof event.startedAt === 'string' ? Date.parse(event.startedAt) : Number.NaN;
  if (Number.isNaN(startedAt)) throw brokenContract(sentence`"startedAt" is missing`);
  const request = parseExecutionInput(event.input, defaultName);
  return {
    execution: requireExecution(event),
    secretName: nameOfSecret(request.secretName),
    request,
    executionStartedAt: startedAt,
    tidied: rotation?.tidied ?? 0,
    startedOver: rotation !== undefined && (rotation.startedOver || before.error !== undefined),
  };
};
