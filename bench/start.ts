import { constants } from 'node:os';
import { keepToThisMachine } from '../local/loopback-environment';
import { UsageError } from '../local/usage-error';

keepToThisMachine(process.env);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
}

const main = async (): Promise<void> => {
  const { runBench } = await import('./run');
  await runBench(process.argv.slice(2));
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
});
