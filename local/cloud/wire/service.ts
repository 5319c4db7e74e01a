/** What a call gets back: the members of the AWS reply as they travel on the wire (dates in epoch seconds, bytes in base64). */
export type Reply = Record<string, unknown>;

export type ServiceName = 'secretsmanager' | 'sns' | 'states';

export interface Call {
  readonly service: ServiceName;
  readonly action: string;
  readonly input: Record<string, unknown>;
}

/** The rules of a service: answers at once, and all or nothing. Throws `ServiceError`. */
export interface Model {
  readonly service: ServiceName;
  call(action: string, input: Record<string, unknown>): Reply;
}

/** A model behind something that takes time, such as an interception. */
export interface Service {
  readonly service: ServiceName;
  call(action: string, input: Record<string, unknown>): Promise<Reply>;
}

/**
 * Stands between caller and model. It may throw before `proceed` (no effect), throw after it (the effect stays), wait,
 * call `proceed` twice, or only look.
 */
export type Intercept = (call: Call, proceed: () => Promise<Reply>) => Promise<Reply>;

/** A refusal with the code that AWS gives it. Callers tell refusals apart by `code`, never by `message`. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';

  constructor(
    readonly code: string,
    message: string,
    readonly httpStatus: number = code === 'InternalServiceError' ? 500 : 400,
  ) {
    super(message);
  }
}

/** The service did what was asked and its reply got lost. Over HTTP the connection breaks off without a reply. */
export class LostReply extends Error {
  override readonly name = 'LostReply';

  constructor() {
    super('The connection broke off before the reply arrived.');
  }
}

export const interceptable = (model: Model, intercept: Intercept = (_, proceed) => proceed()): Service => ({
  service: model.service,
  call: async (action, input) =>
    intercept({ service: model.service, action, input }, async () => model.call(action, input)),
});
