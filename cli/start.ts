import { systemClock } from '../functions/adapters/clock';
import { endWith, endWithOthers } from '../terminal/process';
import { createInterrupt } from './command/interrupt';

// Read by the AWS SDK when it loads: Node 20 is good enough for this project's users.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const interrupt = createInterrupt(
  () => process.exit(130),
  (line) => process.stderr.write(`${line}\n`),
);

const main = async (): Promise<void> => {
  const { runCli } = await import('./program');
  const { stdin, stdout, stderr, env } = process;
  await endWith(await runCli(process.argv.slice(2), { stdin, stdout, stderr, env, clock: systemClock, interrupt }));
};

endWithOthers({ onInterrupt: interrupt.onSignal });

main().catch(() => {
  process.stderr.write('momento-rotation failed in a way that it should not. Please report what you did.\n');
  process.exit(1);
});
