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

/** What was spoilt, by kind. */
export type Spoilt = Record<string, number>;

/**
 * Spoils a share of all calls: refused, with the reply lost, or with the function killed before or after. What it spoils is
 * counted in `spoilt`.
 */
export const spoilAtRandom =
  (share: number, random: () => number, machine: () => Machine, spoilt: Spoilt): CloudIntercept =>
  async (call, proceed) => {
    if (random() >= share) return proceed();
    const draw = random();
    const note = (kind: string): void => {
      spoilt[kind] = (spoilt[kind] ?? 0) + 1;
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
