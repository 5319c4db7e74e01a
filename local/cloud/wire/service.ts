/** The members of an AWS reply as on the wire: dates in epoch seconds, bytes in base64. */
export type Reply = Record<string, unknown>;

export type ServiceName = 'secretsmanager' | 'sns' | 'states';

export interface Call {
  readonly service: ServiceName;
  readonly action: string;
  readonly input: Record<string, unknown>;
}

/** The rules of a service. Synchronous and atomic: a call that throws `ServiceError` changes nothing. */
export interface Model {
  readonly service: ServiceName;
  call(action: string, input: Record<string, unknown>): Reply;
}

/** An asynchronous model, such as one behind an interception. */
export interface Service {
  readonly service: ServiceName;
  call(action: string, input: Record<string, unknown>): Promise<Reply>;
}

/**
 * Intercepts a call between caller and model. It may throw before `proceed` (no effect), throw after it (the effect
 * stays), wait, call `proceed` twice, or only observe.
 */
export type Intercept = (call: Call, proceed: () => Promise<Reply>) => Promise<Reply>;

/** A refusal with its AWS error code. Callers tell refusals apart by `code`, never by `message`. */
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

/** The service acted on the call, and its reply was lost. Over HTTP, the connection closes without a reply. */
export class LostReply extends Error {
  override readonly name = 'LostReply';

  constructor() {
    super('The connection closed before the reply arrived.');
  }
}

export const interceptable = (model: Model, intercept: Intercept = (_, proceed) => proceed()): Service => ({
  service: model.service,
  call: async (action, input) =>
    intercept({ service: model.service, action, input }, async () => model.call(action, input)),
});
