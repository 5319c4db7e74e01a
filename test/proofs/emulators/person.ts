import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Ran } from '../../shell';
import { createPersonsShell } from './shell';

const { MINISTACK_URL = '', EMULATORS_FOLDER = '' } = process.env;

/** The home of whoever deploys and operates. */
export const folder = mkdtempSync(join(EMULATORS_FOLDER, 'user-'));

/** The file that README speaks of. */
export const tokenFile = (): string => join(folder, 'momento_token.info.json');

let run: ReturnType<typeof createPersonsShell>;

/** From here on a person's commands go to MiniStack and this Momento. */
export const signIn = (momentoUrl: string): void => {
  run = createPersonsShell({
    HOME: folder,
    AWS_ENDPOINT_URL: MINISTACK_URL,
    AWS_ENDPOINT_URL_S3: MINISTACK_URL,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    MOMENTO_ENDPOINT_OVERRIDE: momentoUrl,
    // Nobody is there to be asked.
    CDK_REQUIRE_APPROVAL: 'never',
    CDK_FORCE: 'true',
    CDK_NOTICES: 'false',
    CDK_OUTPUT: join(folder, 'cdk.out'),
    npm_config_update_notifier: 'false',
  });
};

export const shell = (command: string, where?: string): Promise<Ran> => run(command, where);

export const succeeds = async (command: string, where?: string): Promise<Ran> => {
  const ran = await shell(command, where);
  if (ran.status !== 0) throw new Error(`${command}\n${ran.stdout.slice(-3_000)}\n${ran.stderr.slice(-3_000)}`);
  return ran;
};

export const executionIn = ({ stdout }: Ran): string => (JSON.parse(stdout) as { executionArn: string }).executionArn;

export const printed = ({ stdout }: Ran): Record<string, unknown> => JSON.parse(stdout);
