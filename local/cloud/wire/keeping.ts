/** Stores a model's data beyond the end of the process. */
export interface Keeping<Data> {
  /** The data that the last process stored; `undefined` for the first process. */
  readonly kept: Data | undefined;
  /** Stores all data. The model calls it after each change. */
  keep(everything: Data): void;
}
