import type { CloudIntercept } from '../../local/cloud/embedded-cloud';
import { MomentoStatus, status } from '../../local/cloud/momento/momento';
import type { World } from '../functions/fake-ports';

// Each test in this folder runs the whole state machine in a situation in which a simpler protocol loses or breaks a
// token.

export const start = (world: World, input: unknown = {}) => world.machine.start(input);
export const undisturbed: CloudIntercept = (_, proceed) => proceed();
export const metricsOf = (world: World): string[] =>
  world.lines.flatMap((line) => {
    const record = JSON.parse(line) as { _aws?: { CloudWatchMetrics: { Metrics: { Name: string }[] }[] } };
    return record._aws?.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)) ?? [];
  });

export const keyOf = (world: World, label: string): string => String(world.document(world.labels()[label]).authToken);

/** Momento accepts the token under AWSCURRENT. */
export const expectWorkingCurrent = async (world: World): Promise<void> => {
  const bare = JSON.parse(Buffer.from(keyOf(world, 'AWSCURRENT'), 'base64').toString()).api_key;
  expect(world.momento.listCaches(bare)).toEqual(['cache']);
};

export const expectTidy = (world: World): void => expect(world.labels()).not.toHaveProperty('AWSPENDING');

export const rejectChecks =
  (rejects: () => boolean): CloudIntercept =>
  async (call, proceed) => {
    if (call.action === 'listCaches' && rejects()) throw new MomentoStatus(status.UNAUTHENTICATED, 'not now');
    return proceed();
  };
