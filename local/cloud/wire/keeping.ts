/** Where a model's data outlives the process. */
export interface Keeping<Data> {
  /** What there was when the last one ended; `undefined`: this is the first one. */
  readonly kept: Data | undefined;
  /** Is called with all of it after each change. */
  keep(everything: Data): void;
}
