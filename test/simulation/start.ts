import { keepToThisMachine } from '../../local/shell';

keepToThisMachine(process.env);
process.on('SIGINT', () => process.exit(130));

const main = async (): Promise<void> => {
  const { runExhaustive, work } = await import('./exhaustive');
  if (process.argv[2] === '--worker') work();
  else process.exit(await runExhaustive(process.argv.slice(2), __filename));
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
