/** One safety line, removed or weakened. */
export interface Mutant {
  /** What is no longer so. */
  readonly name: string;
  readonly file: string;
  /** The smallest set of test files that shows the difference, as jest takes them. */
  readonly killers: readonly string[];
  /** The file's text, changed. */
  mutate(text: string): string;
}
