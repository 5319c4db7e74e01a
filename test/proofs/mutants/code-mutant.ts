import type { Mutant } from './mutant';

/** A line of code, changed. */
export interface CodeMutant extends Omit<Mutant, 'mutate'> {
  /** Must occur exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** @throws Error if the text does not occur exactly once: the code has changed, and the mutant must follow it */
const replaceOnce =
  ({ file, find, replace }: CodeMutant) =>
  (text: string): string => {
    const parts = text.split(find);
    if (parts.length !== 2) throw new Error(`Found ${parts.length - 1} times in ${file}, instead of once: ${find}`);
    return parts.join(replace);
  };

export const inCode = (mutants: readonly CodeMutant[]): readonly Mutant[] =>
  mutants.map((mutant) => ({ ...mutant, mutate: replaceOnce(mutant) }));
