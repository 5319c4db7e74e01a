import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Handler, StepResult } from '../functions/adapters/runtime';

/**
 * Runs in the process: loads the bundle, then answers one call after the other. It loads by `require`, as Lambda does:
 * `import()` takes more than twice as long for the same file. The high-water mark is the kernel's where it has one for
 * the program alone, because Node's includes that of the process that started it.
 */
const host = `
  const { readFileSync } = require('node:fs');
  const highWater = () => {
    try {
      return Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
    } catch {
      return process.resourceUsage().maxRSS * 1024;
    }
  };
  const timed = async (work) => {
    const startedAt = performance.now();
    const done = await work();
    return { ...done, milliseconds: performance.now() - startedAt, highWater: highWater() };
  };
  let handler;
  process.on('message', async ({ event, awsRequestId, endsAt }) => {
    const context = { awsRequestId, getRemainingTimeInMillis: () => endsAt - Date.now() };
    process.send(await timed(async () => {
      try {
        return { result: await handler(event, context) };
      } catch ({ name, message, stack }) {
        return { error: { name, message, stack } };
      }
    }));
  });
  timed(() => ({ loaded: ({ handler } = require(process.argv[1])) && true })).then((loaded) => process.send({ ...loaded, startMilliseconds: performance.now() }));
`;

interface Answer {
  readonly result?: StepResult;
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string };
  readonly milliseconds: number;
  readonly highWater: number;
}

/** What a process has used: milliseconds and bytes. */
export interface Footprint {
  readonly importMilliseconds: number;
  /** From the start of the process until the bundle was loaded: Node's own start, and the import. */
  readonly startMilliseconds: number;
  readonly callMilliseconds: readonly number[];
  /** The highest memory use, including Node's own. */
  readonly highWater: number;
}

/** A function as it is deployed: its bundle, in a process of its own. */
export interface FunctionProcess {
  readonly handler: Handler;
  footprint(): Footprint;
  stop(): Promise<void>;
}

/** Lambda's Node is newer than the oldest that this project runs on. */
const onAnyNode = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

const answerOf = async (child: ChildProcess): Promise<Answer> => {
  const gone = new AbortController();
  const ended = once(child, 'exit', { signal: gone.signal }).then(([code]) => {
    throw new Error(`The function's process ended with ${code}.`);
  });
  try {
    const [answer] = (await Promise.race([once(child, 'message', { signal: gone.signal }), ended])) as [Answer];
    return answer;
  } finally {
    gone.abort();
    ended.catch(() => {});
  }
};

/**
 * Starts a process with nothing but these variables, and loads a bundle in it.
 * @param onLine takes each line that the function writes
 */
export const startFunction = async (
  file: string,
  env: Readonly<Record<string, string>>,
  onLine: (line: string) => void = () => {},
): Promise<FunctionProcess> => {
  const child = spawn(process.execPath, ['-e', host, file], {
    env: { ...env, ...onAnyNode },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  if (child.stdout) createInterface(child.stdout).on('line', onLine);
  const loaded = (await answerOf(child)) as Answer & Pick<Footprint, 'startMilliseconds'>;
  const calls: Answer[] = [];
  return {
    handler: async (event, { awsRequestId, getRemainingTimeInMillis }) => {
      child.send({ event, awsRequestId, endsAt: Date.now() + getRemainingTimeInMillis() });
      const answer = await answerOf(child);
      calls.push(answer);
      if (answer.result) return answer.result;
      throw Object.assign(new Error(answer.error?.message), answer.error);
    },
    footprint: () => ({
      importMilliseconds: loaded.milliseconds,
      startMilliseconds: loaded.startMilliseconds,
      callMilliseconds: calls.map(({ milliseconds }) => milliseconds),
      highWater: Math.max(loaded.highWater, ...calls.map(({ highWater }) => highWater)),
    }),
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
};
