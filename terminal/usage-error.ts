/** One sentence or two for the user: what is wrong, and what to do. The program ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
