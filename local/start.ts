import { once } from 'node:events';

// Read by the AWS SDK when it loads: Node 20 is good enough for this project's users.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const interrupted = 130;

const main = async (): Promise<void> => {
  const { runLocal } = await import('./run');
  const code = await runLocal(process.argv.slice(2), process);
  // A pipe may still be taking text. Clients keep connections open, so the process would not end by itself.
  if (process.stdout.writableLength > 0) await once(process.stdout, 'drain');
  process.exit(code);
};

process.once('SIGINT', () => process.exit(interrupted));
process.once('SIGTERM', () => process.exit(143));
// Whoever reads our output may have seen enough, as in `npm start | head`.
process.stdout.on('error', () => process.exit(0));

main().catch((error: unknown) => {
  process.stderr.write(
    `The local run failed in a way that it should not: ${error instanceof Error ? error.name : 'error'}\n`,
  );
  process.exit(1);
});
