/** A setting of the deployment is wrong. Its message is one sentence: which, what was got, and what is allowed. */
export class SettingError extends Error {
  override readonly name = 'InvalidInput';

  constructor(
    readonly setting: string,
    readonly got: unknown,
    readonly allowed: string,
  ) {
    super(`${setting} is ${JSON.stringify(got)}, but ${allowed}.`);
  }
}
