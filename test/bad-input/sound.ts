import fc from 'fast-check';
import { errorNames } from '../../functions/contract/errors';
import type { Execution } from '../../local/machine/machine';
import type { World } from '../functions/fake-ports';
import { showsMarkedBytes } from '../token-traces';

// For any input and any value of the secret: the execution rotates the secret, or it ends soon with a named error and
// little data. A refused input changes nothing.

/** How the cases ended, for the output: a property that sees only one ending proves little. */
const ends = new Map<string, number>();

afterAll(() => {
  const counts = [...ends].sort(([, one], [, other]) => other - one).map(([end, count]) => `${end} ${count}`);
  const all = [...ends.values()].reduce((sum, count) => sum + count, 0);
  process.stdout.write(`bad input: ${all} cases: ${counts.join(', ')}\n`);
});

const endOf = ({ status, output, error }: Execution): string =>
  status === 'SUCCEEDED' ? String((output as { outcome?: string }).outcome) : String(error);

export const outcomes = ['rotated', 'notDue', 'dryRun'];

/** Errors that refuse an input or a secret before anything is written. */
export const refusals = ['InvalidInput', 'SecretNotFound', 'MalformedSecret', 'NotRefreshable'];

const mostCalls = 100;
const mostBytes = 262_144;
const longestCause = 8_000;

const isWrite = ({ action }: World['calls'][number]): boolean =>
  ['PutSecretValue', 'UpdateSecretVersionStage', 'refresh'].includes(action);

/** What no case may do. */
const complaintsOf = (world: World, execution: Execution, end: string): string[] => {
  const succeeded = execution.status === 'SUCCEEDED';
  const data = JSON.stringify(execution.history);
  const alerts = world.takeAlerts();
  const complaints = {
    'an end that has no name': !(succeeded ? outcomes : (errorNames as readonly string[])).includes(end),
    'it wrote': (refusals.includes(end) || end === 'dryRun') && world.calls.some(isWrite),
    'too many calls': world.calls.length >= mostCalls,
    'too much data': data.length >= 40 * mostBytes,
    'too long a cause': (execution.cause ?? '').length >= longestCause,
    'not one alert for a failure': alerts.length !== (succeeded ? 0 : 1),
    'a token shows': showsMarkedBytes([data, ...world.lines, JSON.stringify(alerts)].join('\n')),
  };
  return Object.entries(complaints).flatMap(([complaint, is]) => (is ? [complaint] : []));
};

/** Checks what must be true of every case. @returns how it ended */
export const expectSound = (world: World, execution: Execution): string => {
  const end = endOf(execution);
  ends.set(end, (ends.get(end) ?? 0) + 1);
  // One expectation for all: each takes a tenth of the time of the execution.
  expect([end, complaintsOf(world, execution, end)]).toEqual([end, []]);
  return end;
};

export const check = <T>(
  arbitrary: fc.Arbitrary<T>,
  cases: number,
  property: (value: T) => Promise<void>,
): Promise<void> => fc.assert(fc.asyncProperty(arbitrary, property), { numRuns: cases });

/** A JSON value of any kind and shape, names that mean something to JavaScript among them. */
export const anyJson = fc.jsonValue({ maxDepth: 4 });
export const oddName = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '$',
  'rotation',
  'error',
  'failed',
);

export const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
