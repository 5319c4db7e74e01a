import type { FunctionName } from '../../../functions/contract/functions';
import type { CloudCall, CloudIntercept } from '../../../local/cloud/embedded-cloud';
import { MomentoStatus, status } from '../../../local/cloud/momento/momento';
import { LostReply, ServiceError } from '../../../local/cloud/wire/service';
import type { Machine } from '../../../local/machine/machine';

const refusalsOf = ({ service }: CloudCall): Error[] => {
  if (service === 'momento') {
    return [status.UNAVAILABLE, status.RESOURCE_EXHAUSTED, status.UNAUTHENTICATED, status.INTERNAL].map(
      (code) => new MomentoStatus(code, 'Refused, as drawn.'),
    );
  }
  if (service === 'sns') return [new ServiceError('InternalError', 'Refused, as drawn.', 500)];
  return [
    new ServiceError('InternalServiceError', 'Refused, as drawn.'),
    new ServiceError('ThrottlingException', 'Refused, as drawn.'),
    new ServiceError('AccessDeniedException', 'Refused, as drawn.'),
  ];
};

const functions: Readonly<Record<string, readonly FunctionName[]>> = {
  momento: ['Refresh', 'Validate'],
  secretsmanager: ['Fetch', 'Refresh', 'Validate', 'Promote'],
  sns: ['Alert'],
};

/** The number of injected faults, by kind. */
export type Injected = Record<string, number>;

/**
 * Injects faults into a share of all calls: refuses the call, loses the reply, or kills the function before or after
 * the call. Counts the faults in `injected`.
 */
export const failAtRandom =
  (share: number, random: () => number, machine: () => Machine, injected: Injected): CloudIntercept =>
  async (call, proceed) => {
    if (random() >= share) return proceed();
    const draw = random();
    const note = (kind: string): void => {
      injected[kind] = (injected[kind] ?? 0) + 1;
    };
    const kill = (): Promise<never> => {
      for (const name of functions[call.service] ?? []) machine().crash(name);
      return new Promise(() => {});
    };
    if (draw < 0.5) {
      note(`${call.service} refuses`);
      const refusals = refusalsOf(call);
      throw refusals[Math.floor(random() * refusals.length)];
    }
    if (draw < 0.75) {
      note(`${call.service}: reply lost`);
      await proceed();
      throw new LostReply();
    }
    note(`${call.service}: function killed`);
    if (draw < 0.85) await proceed().catch(() => {});
    return kill();
  };
