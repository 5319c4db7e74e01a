/** Below jest's own limit, so that nothing goes on asking after its test. */
const patienceMilliseconds = 150_000;

/** Asks until there is an answer. @throws Error if there is none for too long */
export const until = async <T>(
  what: string,
  ask: () => Promise<T | undefined>,
  pauseMilliseconds = 500,
): Promise<T> => {
  const end = Date.now() + patienceMilliseconds;
  while (Date.now() < end) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
  }
  throw new Error(`Waited too long for ${what}.`);
};
