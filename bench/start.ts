import { keepToThisMachine } from '../local/shell';
import { UsageError } from '../local/usage-error';

keepToThisMachine(process.env);
process.on('SIGINT', () => process.exit(130));

const main = async (): Promise<void> => {
  const { runBench } = await import('./run');
  await runBench(process.argv.slice(2));
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
});
