import { placesOf } from '../functions/adapters/stack-trace';
import { endWith, endWithOthers } from '../terminal/process';
import { keepToThisMachine } from './loopback-environment';

keepToThisMachine(process.env);
endWithOthers();

const main = async (): Promise<void> => {
  const { runLocal } = await import('./run');
  await endWith(await runLocal(process.argv.slice(2), process));
};

main().catch((error: unknown) => {
  process.stderr.write('The local run failed in a way that it should not. Please report it with this:\n');
  process.stderr.write(
    `${placesOf(error as Error)
      .slice(0, 5)
      .join('\n')}\n`,
  );
  process.exit(1);
});
