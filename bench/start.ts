import { keepToThisMachine } from '../local/loopback-environment';
import { endWithOthers } from '../terminal/process';
import { UsageError } from '../terminal/usage-error';

keepToThisMachine(process.env);
endWithOthers();

const main = async (): Promise<void> => {
  const { runBench } = await import('./run');
  await runBench(process.argv.slice(2));
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
});
