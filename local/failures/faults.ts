import type { FunctionName } from '../../functions/contract/functions';
import { MomentoStatus } from '../cloud/momento/momento';
import { ServiceError } from '../cloud/wire/service';
import type { Fault } from './scenario';

/** Refuses these calls with an AWS error code. */
export const refuse = (service: 'secretsmanager' | 'sns', code: string, ...actions: readonly string[]): Fault => {
  const httpStatus = code.startsWith('Internal') ? 500 : 400;
  return async (call, proceed) => {
    if (call.service !== service || (actions.length > 0 && !actions.includes(call.action))) return proceed();
    throw new ServiceError(code, 'Refused, as provoked.', httpStatus);
  };
};

export const down = refuse('secretsmanager', 'InternalServiceError');
export const denied = (action: string): Fault => refuse('secretsmanager', 'AccessDeniedException', action);

/** Refuses a refresh or a test of a token with a gRPC status. Momento does not act on the call. */
export const refuseMomento =
  (code: number): Fault =>
  async (call, proceed) => {
    if (call.service === 'momento') throw new MomentoStatus(code, 'Refused, as provoked.');
    return proceed();
  };

/** A function that was killed does not continue: its call stays open until the services close. */
const forever = (): Promise<never> => new Promise(() => {});

/** Kills the function when the reply to this call arrives: the service has acted, and the reply is lost. */
export const crashAfter =
  (name: FunctionName, action: string): Fault =>
  async (call, proceed, { machine }) => {
    const reply = await proceed();
    if (call.action !== action) return reply;
    machine.crash(name);
    return forever();
  };

/** Kills the function before this call reaches the service. */
export const crashBefore =
  (name: FunctionName, action: string): Fault =>
  async (call, proceed, { machine }) => {
    if (call.action !== action) return proceed();
    machine.crash(name);
    return forever();
  };
