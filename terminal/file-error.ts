/** Why a file could not be used, as Node has it: `ENOENT` and its like. */
export const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code);
