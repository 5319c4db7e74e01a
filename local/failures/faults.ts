import type { FunctionName } from '../../functions/contract/functions';
import { MomentoStatus } from '../cloud/momento/momento';
import { ServiceError } from '../cloud/wire/service';
import type { Fault } from './scenario';

/** Refuses these calls with a code of AWS. */
export const refuse = (service: 'secretsmanager' | 'sns', code: string, ...actions: readonly string[]): Fault => {
  const httpStatus = code.startsWith('Internal') ? 500 : 400;
  return async (call, proceed) => {
    if (call.service !== service || (actions.length > 0 && !actions.includes(call.action))) return proceed();
    throw new ServiceError(code, 'Refused, as provoked.', httpStatus);
  };
};

export const down = refuse('secretsmanager', 'InternalServiceError');
export const denied = (action: string): Fault => refuse('secretsmanager', 'AccessDeniedException', action);

/** Refuses a refresh or a test of a token with a status of gRPC. Momento has not acted on it then. */
export const refuseMomento =
  (code: number): Fault =>
  async (call, proceed) => {
    if (call.service === 'momento') throw new MomentoStatus(code, 'Refused, as provoked.');
    return proceed();
  };

/** What is dead does not go on: its calls stay open until the services end. */
const forever = (): Promise<never> => new Promise(() => {});

/** The function dies when the reply to this call comes in: the service has acted, and nobody hears of it. */
export const crashAfter =
  (name: FunctionName, action: string): Fault =>
  async (call, proceed, { machine }) => {
    const reply = await proceed();
    if (call.action !== action) return reply;
    machine.crash(name);
    return forever();
  };

/** The function dies before this call reaches the service. */
export const crashBefore =
  (name: FunctionName, action: string): Fault =>
  async (call, proceed, { machine }) => {
    if (call.action !== action) return proceed();
    machine.crash(name);
    return forever();
  };
