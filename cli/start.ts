import { systemClock } from '../functions/adapters/clock';
import { runProgram } from '../terminal/program';
import { createInterrupt } from './command/interrupt';

// Read by the AWS SDK when it loads: this project supports Node 20.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const interrupt = createInterrupt((line) => process.stderr.write(`${line}\n`));

runProgram(
  async (args) => {
    const { runCli } = await import('./program');
    const { stdin, stdout, stderr, env } = process;
    return runCli(args, { stdin, stdout, stderr, env, clock: systemClock, interrupt });
  },
  {
    // A message could quote what was sent to AWS or Momento.
    describeError: () => 'Unexpected error. Run the command again with --verbose and report the output.',
    onSignal: (signal) => signal === 'SIGINT' && interrupt.onSignal(),
  },
);
