import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { killGroup } from './group';
import { binOf, localStackPython, pythonBin } from './python';
import { jitter } from './recording';

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });

interface Command {
  readonly name: string;
  /** What starts it, and its arguments. */
  command(port: number): readonly [string, ...string[]];
  environment(port: number, folder: string): Readonly<Record<string, string>>;
  /** Answers as soon as it is ready. */
  readonly health: string;
}

const ministack: Command = {
  name: 'MiniStack',
  command: () => [join(pythonBin, 'python'), join(__dirname, 'start-ministack.py')],
  environment: (port, folder) => ({
    GATEWAY_PORT: String(port),
    BIND_HOST: '127.0.0.1',
    S3_DATA_DIR: join(folder, 's3'),
    // No waits between retries.
    SFN_WAIT_SCALE: '0',
    // Servers on ports of their own, which another MiniStack may have.
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
  }),
  health: '/_ministack/health',
};

const moto: Command = {
  name: 'moto',
  command: (port) => [join(pythonBin, 'moto_server'), '--host', '127.0.0.1', '--port', String(port)],
  environment: () => ({}),
  health: '/moto-api/data.json',
};

const localStack = (services: string): Command => ({
  name: 'LocalStack',
  command: () => [join(binOf(localStackPython), 'python'), join(__dirname, 'start-localstack.py')],
  environment: (port, folder) => ({
    GATEWAY_LISTEN: `127.0.0.1:${port}`,
    LOCALSTACK_HOST: `127.0.0.1:${port}`,
    // The default server listens on every address, despite GATEWAY_LISTEN.
    GATEWAY_SERVER: 'hypercorn',
    DNS_ADDRESS: '0',
    FILESYSTEM_ROOT: folder,
    SERVICES: 'stepfunctions',
    STRICT_SERVICE_LOADING: '1',
    EAGER_SERVICE_LOADING: '0',
    // Otherwise it sends usage data.
    DISABLE_EVENTS: '1',
    SKIP_SSL_CERT_DOWNLOAD: '1',
    RECORDED_SERVICES_URL: services,
    JITTER: String(jitter),
  }),
  health: '/_localstack/health',
});

const startMilliseconds = 60_000;

const isReady = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

const hasEnded = ({ exitCode, signalCode, pid }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null || pid === undefined;

const whenReady = async (name: string, url: string, child: ChildProcess, log: string): Promise<void> => {
  const end = Date.now() + startMilliseconds;
  while (Date.now() < end && !hasEnded(child)) {
    if (await isReady(url)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${name} did not start. The end of its log:\n${readFileSync(log, 'utf8').slice(-2_000)}`);
};

/**
 * Starts an emulator on a free port of the loopback address.
 * @param folder for all that it writes
 * @param atExit is given what ends it, before it is known whether it starts
 * @returns its URL
 * @throws Error with the end of its log if it does not start
 */
const start = async (
  { name, command, environment, health }: Command,
  folder: string,
  atExit: (stop: () => void) => void,
): Promise<string> => {
  const port = await freePort();
  const home = join(folder, `${name}-${port}`);
  mkdirSync(home, { recursive: true });
  const log = join(home, 'log.txt');
  const output = openSync(log, 'w');
  const [file, ...args] = command(port);
  const child = spawn(file, args, {
    cwd: home,
    // A group of its own: with it go the functions that it runs.
    detached: true,
    stdio: ['ignore', output, output],
    env: { PATH: process.env.PATH, HOME: home, TMPDIR: home, ...environment(port, home) },
  });
  atExit(() => killGroup(child));
  child.on('error', (error) => appendFileSync(log, error.message));
  const url = `http://127.0.0.1:${port}`;
  await whenReady(name, `${url}${health}`, child, log);
  return url;
};

type AtExit = Parameters<typeof start>[2];

export const startMiniStack = (folder: string, atExit: AtExit): Promise<string> => start(ministack, folder, atExit);

export const startMoto = (folder: string, atExit: AtExit): Promise<string> => start(moto, folder, atExit);

/** @param services the URL, on the loopback address, of what its state machines call */
export const startLocalStack = (folder: string, atExit: AtExit, services: string): Promise<string> =>
  start(localStack(services), folder, atExit);
