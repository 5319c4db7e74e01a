import { type CloudOptions, type EmbeddedCloud, importToken, startCloud } from '../local/cloud/embedded-cloud';
import { createMachine, type Machine, wireHandlers } from '../local/machine/machine';
import { createSkippingClock, type SkippingClock } from '../local/skipping-clock';

// The whole state machine with the real SDK clients: HTTP to the embedded Secrets Manager and SNS, gRPC to the embedded
// Momento.

export const secretName = 'momento/authentication-token';

export interface Setting {
  readonly cloud: EmbeddedCloud;
  readonly machine: Machine;
  readonly clock: SkippingClock;
  /** The log lines of the functions. */
  readonly lines: string[];
}

export interface SettingOptions extends Partial<CloudOptions> {
  /** Additional environment variables for the functions. */
  readonly env?: Readonly<Record<string, string>>;
  /** The secret's first value. @default a new token */
  readonly document?: string | undefined;
}

/** Runs a test with its own services, and closes them afterwards. */
export const withCloud = async <T>(options: SettingOptions, test: (setting: Setting) => Promise<T>): Promise<T> => {
  const { env = {}, document, ...cloudOptions } = options;
  const clock = createSkippingClock();
  const cloud = await startCloud({ clock, ...cloudOptions });
  try {
    importToken(cloud, secretName, document);
    const lines: string[] = [];
    const runtime = {
      env: { ...cloud.env, DEFAULT_SECRET_NAME: secretName, ...env },
      clock,
      write: (line: string) => lines.push(line),
    };
    cloud.takeCalls();
    return await test({ cloud, machine: createMachine(wireHandlers(runtime), clock, cloud.alertTopic), clock, lines });
  } finally {
    await cloud.close();
  }
};
