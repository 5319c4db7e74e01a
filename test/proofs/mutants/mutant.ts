/** One safety line, removed or weakened. */
export interface Mutant {
  /** The behaviour of the mutant. */
  readonly name: string;
  readonly file: string;
  /** The quickest test file that fails with the mutant, by its path from the root. */
  readonly killer: string;
  /** @returns the file's text with the change */
  mutate(text: string): string;
}
