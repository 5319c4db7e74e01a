import type { VersionId } from '../../../functions/contract/names';
import type { Invocation } from '../../../functions/contract/ports';
import type { Rotation } from '../../../functions/contract/rotation';
import { refreshToken } from '../../../functions/refresh/refresh';
import { ServiceError } from '../../../local/cloud/wire/service';
import { fetchOnce, type World } from '../fake-ports';

/** Fetch, then Refresh as this invocation. */
export const refresh = async (world: World, invocation: Partial<Invocation> = {}, changes: Partial<Rotation> = {}) => {
  const rotation = await fetchOnce(world, { execution: invocation.execution ?? 'execution-1' });
  return refreshToken(world.ports(invocation))({ ...rotation, ...changes });
};

export const current = (world: World) => world.labels().AWSCURRENT as VersionId;

/** Fails the next calls of one action, before or after their effect. */
export const failWith = (world: World, action: string, times: number, error: () => Error, after = false): void => {
  let left = times;
  world.intercept = async (call, proceed) => {
    if (call.action !== action || left === 0) return proceed();
    left -= 1;
    if (after) await proceed();
    throw error();
  };
};

export const unavailable = () => new ServiceError('InternalServiceError', 'down');
