import { keepToThisMachine } from '../../../local/loopback-environment';

keepToThisMachine(process.env);
process.on('SIGINT', () => process.exit(130));

const main = async (): Promise<void> => {
  const { runExhaustive } = await import('./exhaustive');
  process.exit(await runExhaustive(process.argv.slice(2)));
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
