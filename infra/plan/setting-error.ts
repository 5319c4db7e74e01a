/**
 * A setting of the deployment is invalid. Its message is one sentence: which setting, its value, and what is allowed.
 */
export class SettingError extends Error {
  override readonly name = 'InvalidInput';

  constructor(
    readonly setting: string,
    readonly got: unknown,
    readonly allowed: string,
  ) {
    super(`Invalid setting ${setting} (${JSON.stringify(got)}): ${allowed}.`);
  }
}
