import { parseArgs } from 'node:util';
import { createRandom } from '../../../bench/seeded-random';
import type { ExecutionOutput } from '../../../functions/contract/rotation';
import { type EmbeddedCloud, startCloud } from '../../../local/cloud/embedded-cloud';
import type { MomentoOptions } from '../../../local/cloud/momento/momento';
import { readKey } from '../../../local/cloud/momento/momento-keys';
import { createMachine, type Execution, type Machine, wireHandlers } from '../../../local/machine/machine';
import { createSkippingClock, type SkippingClock } from '../../../local/skipping-clock';
import { failAtRandom, type Injected } from './fault-injection';

// Thousands of rotations through the real SDK clients over HTTP and gRPC, with random faults: `npm run soak -- --help`.

const help = `Usage: npm run soak -- [options]

Rotates many secrets again and again with the embedded services on 127.0.0.1, while calls fail at random. Prints
the outcomes and the use of memory and handles.

  --rotations N  [default: 2000]
  --secrets N    [default: 50]
  --faults SHARE of all calls that fail [default: 0.05]
  --seed N       [default: a new one]
  --help         show this

Exit code 0: no violation and no leak. 1: otherwise. 2: wrong usage. 130: Ctrl-C.
`;

const daySeconds = 86_400;
const monthSeconds = 30 * daySeconds;

/** After this share of the rotations, clients, connections and compiled code are loaded. Later growth is a leak. */
const warmShare = 0.25;
/**
 * For each rotation, the embedded services store two versions, a key and perhaps an alert, and Momento's AuthClient,
 * which has no `close`, keeps 13 kB.
 */
const mostGrowthBytes = 40e3;
/** Interrupted calls leave sockets and timers for a while. */
const mostNewHandles = 50;

interface Lane {
  readonly cloud: EmbeddedCloud;
  readonly machine: Machine;
  readonly clock: SkippingClock;
  readonly secrets: readonly string[];
  readonly faults: { share: number };
}

interface Totals {
  readonly ends: Record<string, number>;
  readonly injected: Injected;
  readonly violations: string[];
  imports: number;
}

const newToken = ({ cloud }: Pick<Lane, 'cloud'>): string =>
  JSON.stringify(cloud.momento.issue({ kind: 'v1', lifeSeconds: monthSeconds }));

const openLane = async (
  refreshTokens: MomentoOptions['refreshTokens'],
  names: readonly string[],
  share: number,
  random: () => number,
  injected: Injected,
): Promise<Lane> => {
  const clock = createSkippingClock();
  const faults = { share };
  let machine: Machine | undefined;
  const current = (): Machine => {
    if (machine === undefined) throw new Error('There is no machine yet.');
    return machine;
  };
  const cloud = await startCloud({
    clock,
    refreshTokens,
    intercept: (call, proceed) => failAtRandom(faults.share, random, current, injected)(call, proceed),
  });
  const runtime = { env: { ...cloud.env, DEFAULT_SECRET_NAME: names[0] ?? '' }, clock, write: () => {} };
  machine = createMachine(wireHandlers(runtime), clock, cloud.alertTopic);
  for (const Name of names) {
    const SecretString = newToken({ cloud });
    cloud.secretsManager.call('CreateSecret', { Name, SecretString, ClientRequestToken: crypto.randomUUID() });
  }
  return { cloud, machine, clock, secrets: names, faults };
};

/** Whether Momento accepts the token under AWSCURRENT. */
const currentWorks = ({ cloud }: Lane, secret: string): boolean => {
  const id = cloud.secretsManager.labels(secret).get('AWSCURRENT');
  const document = JSON.parse(cloud.secretsManager.storedValue(secret, id ?? '') ?? '{}') as { authToken?: string };
  return cloud.momento.inspect(readKey(document.authToken ?? '')?.bare ?? '').accepted;
};

const endOf = ({ status, error, output }: Execution): string =>
  status === 'SUCCEEDED' ? (output as ExecutionOutput).outcome : `${error}`;

const importToken = (lane: Lane, secret: string): void => {
  lane.cloud.secretsManager.call('PutSecretValue', {
    SecretId: secret,
    SecretString: newToken(lane),
    ClientRequestToken: crypto.randomUUID(),
    VersionStages: ['AWSCURRENT'],
  });
};

/** Rotates one secret as the next day's schedule would, and checks that the reported outcome is true. */
const rotate = async (lane: Lane, secret: string, random: () => number, totals: Totals): Promise<string> => {
  const execution = await lane.machine.start({ secretName: secret }, { random });
  const end = endOf(execution);
  totals.ends[end] = (totals.ends[end] ?? 0) + 1;
  const violate = (what: string): void => {
    totals.violations.push(`${secret}: ${end}, ${what}`);
  };
  // Filtered by the execution's name: a function that was killed continues in this process and may publish late.
  const alerts = lane.cloud.takeAlerts().filter(({ body }) => body.includes(execution.name)).length;
  if (execution.status === 'SUCCEEDED') {
    if (alerts > 0) violate(`and ${alerts} alerts`);
    if (!currentWorks(lane, secret)) violate('and the current token does not work');
  } else if (alerts === 0) violate('and no alert');
  return end;
};

const wholeNumber = (option: string, text: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  return fail(`--${option} takes a whole number above 0, not "${text}".`);
};

const fail = (sentence: string): never => {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
};

const readOptions = (args: readonly string[]) => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rotations: { type: 'string', default: '2000' },
        secrets: { type: 'string', default: '50' },
        faults: { type: 'string', default: '0.05' },
        seed: { type: 'string', default: String((Date.now() % 1_000_000) + 1) },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(help);
      process.exit(0);
    }
    const share = Number(values.faults);
    if (!(share >= 0 && share <= 0.5)) fail(`--faults takes a share from 0 to 0.5, not "${values.faults}".`);
    return {
      rotations: wholeNumber('rotations', values.rotations),
      secrets: wholeNumber('secrets', values.secrets),
      seed: wholeNumber('seed', values.seed),
      share,
    };
  } catch (error) {
    return fail(`${(error as Error).message.split('.')[0]}. See --help.`);
  }
};

interface Footprint {
  readonly heap: number;
  readonly handles: number;
}

/** A request of a killed function times out after 5 s, and its connection closes. */
const settleMilliseconds = 7_000;

const measure = async (): Promise<Footprint> => {
  await new Promise((resolve) => setTimeout(resolve, settleMilliseconds));
  globalThis.gc?.();
  return { heap: process.memoryUsage().heapUsed, handles: process.getActiveResourcesInfo().length };
};

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const counts = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

/** @returns the exit code */
export const runSoak = async (args: readonly string[]): Promise<number> => {
  const { rotations, secrets, share, seed } = readOptions(args);
  const random = createRandom(seed);
  const totals: Totals = { ends: {}, injected: {}, violations: [], imports: 0 };
  const names = Array.from({ length: secrets }, (_, index) => `soak/token-${index + 1}`);
  const half = Math.ceil(names.length / 2);
  const lanes = await Promise.all([
    openLane('reusable', names.slice(0, half), share, random, totals.injected),
    openLane('singleUseOldKeyDies', names.slice(half), share, random, totals.injected),
  ]);
  const startedAt = Date.now();
  let warm: Footprint | undefined;
  const write = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  write(`${rotations} rotations of ${secrets} secrets, ${share * 100} % of calls fail, seed ${seed}`);

  for (let done = 0; done < rotations; done += 1) {
    const lane = lanes[done % lanes.length] as Lane;
    const turn = Math.floor(done / lanes.length);
    const secret = lane.secrets[turn % Math.max(lane.secrets.length, 1)];
    if (secret === undefined) continue;
    // One day for each round of a lane's secrets.
    if (turn % lane.secrets.length === 0) await lane.clock.sleep(daySeconds * 1000);
    const end = await rotate(lane, secret, random, totals);
    if (end === 'RefreshRejected') {
      totals.imports += 1;
      importToken(lane, secret);
    }
    if (done + 1 === Math.floor(rotations * warmShare)) warm = await measure();
    if ((done + 1) % Math.ceil(rotations / 10) === 0) {
      const { heap, handles } = await measure();
      write(`${String(done + 1).padStart(6)} rotations, heap ${megabytes(heap)}, ${handles} handles`);
    }
  }

  // Without faults, every secret must reach a clean state.
  for (const lane of lanes) {
    lane.faults.share = 0;
    await lane.clock.sleep(daySeconds * 1000);
    for (const secret of lane.secrets) {
      let end = await rotate(lane, secret, random, totals);
      if (end === 'RefreshRejected') {
        totals.imports += 1;
        importToken(lane, secret);
        end = await rotate(lane, secret, random, totals);
      }
      if (!['rotated', 'resumed'].includes(end)) totals.violations.push(`${secret}: without faults it ends as ${end}`);
      if (lane.cloud.secretsManager.labels(secret).has('AWSPENDING')) {
        totals.violations.push(`${secret}: something is left pending`);
      }
    }
  }
  const last = await measure();
  for (const lane of lanes) await lane.cloud.close();

  const growth = last.heap - (warm?.heap ?? last.heap);
  const handles = last.handles - (warm?.handles ?? last.handles);
  const perRotation = growth / (rotations * (1 - warmShare));
  const leaks = perRotation > mostGrowthBytes || handles > mostNewHandles;
  write(`ends: ${counts(totals.ends)}`);
  write(`faults: ${counts(totals.injected)}`);
  write(`tokens lost with a reply, and imported again: ${totals.imports}`);
  write(
    `since a quarter of the way: heap ${megabytes(growth)} more (${(perRotation / 1e3).toFixed(1)} kB a rotation), ${handles} more handles${leaks ? ': a LEAK' : ''}`,
  );
  for (const violation of totals.violations.slice(0, 20)) write(`VIOLATION ${violation}`);
  write(`${totals.violations.length} violations, ${Math.round((Date.now() - startedAt) / 1000)} s`);
  return totals.violations.length > 0 || leaks ? 1 : 0;
};
