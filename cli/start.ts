import { systemClock } from '../functions/adapters/clock';
import { createInterrupt } from './interrupt';

// Read by the AWS SDK when it loads: Node 20 is good enough for this project's users.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const interrupt = createInterrupt(
  () => process.exit(130),
  (line) => process.stderr.write(`${line}\n`),
);

const main = async (): Promise<void> => {
  const { runCli } = await import('./program');
  const { stdin, stdout, stderr, env } = process;
  const code = await runCli(process.argv.slice(2), { stdin, stdout, stderr, env, clock: systemClock, interrupt });
  // A pipe may still be taking text. Clients keep connections open, so the process would not end by itself.
  await new Promise((resolve) => stdout.write('', resolve));
  process.exit(code);
};

process.on('SIGINT', interrupt.onSignal);
process.once('SIGTERM', () => process.exit(143));
process.once('SIGHUP', () => process.exit(129));
// Nobody reads warnings there: no reason to call it a failure.
process.stderr.on('error', () => {});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads our output may have seen enough, as in `momento-rotation status | head`.
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`The output could not be written (${error.code}). Check where it goes.\n`);
  process.exit(1);
});

main().catch(() => {
  process.stderr.write('momento-rotation failed in a way that it should not. Please report what you did.\n');
  process.exit(1);
});
