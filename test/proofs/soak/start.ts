import { keepToThisMachine } from '../../../local/loopback-environment';

keepToThisMachine(process.env);
process.on('SIGINT', () => process.exit(130));

const main = async (): Promise<void> => {
  const { runSoak } = await import('./soak');
  process.exit(await runSoak(process.argv.slice(2)));
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
