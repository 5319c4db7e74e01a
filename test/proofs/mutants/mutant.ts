/** One safety line, removed or weakened. */
export interface Mutant {
  /** What is no longer so. */
  readonly name: string;
  readonly file: string;
  /** The quickest test file that notices what becomes of it, by its path from the root. */
  readonly killer: string;
  /** The file's text, changed. */
  mutate(text: string): string;
}
