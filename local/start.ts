import { placesOf } from '../functions/adapters/stack';

// Read by the AWS SDK when it loads: Node 20 is good enough for this project's users.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// What a shell may have set for real services would lead the clients away from 127.0.0.1: through a proxy, to FIPS or
// dual-stack endpoints, or to whatever the AWS configuration files say.
process.env.no_grpc_proxy = '127.0.0.1';
process.env.AWS_CONFIG_FILE = '/dev/null';
process.env.AWS_SHARED_CREDENTIALS_FILE = '/dev/null';
for (const name of ['AWS_PROFILE', 'AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT', 'AWS_DEFAULTS_MODE']) {
  delete process.env[name];
}

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
