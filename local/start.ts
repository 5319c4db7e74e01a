import { placesOf } from '../functions/adapters/stack-trace';
import { keepToThisMachine } from './loopback-environment';

keepToThisMachine(process.env);

const interrupted = 130;

const main = async (): Promise<void> => {
  const { runLocal } = await import('./run');
  const code = await runLocal(process.argv.slice(2), process);
  // A pipe may still be taking text. Clients keep connections open, so the process would not end by itself.
  await new Promise((resolve) => process.stdout.write('', resolve));
  process.exit(code);
};

process.once('SIGINT', () => process.exit(interrupted));
process.once('SIGTERM', () => process.exit(143));
process.once('SIGHUP', () => process.exit(129));
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads our output may have seen enough, as in `npm start | head`.
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`The output could not be written (${error.code}). Check where it goes.\n`);
  process.exit(1);
});

main().catch((error: unknown) => {
  process.stderr.write('The local run failed in a way that it should not. Please report it with this:\n');
  process.stderr.write(
    `${placesOf(error as Error)
      .slice(0, 5)
      .join('\n')}\n`,
  );
  process.exit(1);
});
