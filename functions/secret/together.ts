/**
 * Waits for all calls, even when one has failed already, and then throws the first failure. `Promise.all` would let the
 * step end with a call still on its way: Lambda freezes it and thaws it in the middle of somebody else's invocation.
 */
export const together = async <T extends readonly unknown[]>(
  calls: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> => {
  await Promise.allSettled(calls);
  return (await Promise.all(calls)) as unknown as T;
};
