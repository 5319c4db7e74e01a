/**
 * Waits for all calls, even after one has failed, and then throws the first failure. With `Promise.all` the step could
 * end while a call is under way: Lambda would freeze the call and resume it in the middle of another invocation.
 */
export const together = async <T extends readonly unknown[]>(
  calls: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> => {
  await Promise.allSettled(calls);
  return (await Promise.all(calls)) as unknown as T;
};
