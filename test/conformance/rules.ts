/** Known differences of a service from AWS: from the rule to what the service does instead. */
export type Deviations = Readonly<Record<string, string>>;

export type Rule = (name: string, check: () => Promise<void>) => void;

/**
 * Rules that a service has to keep. A known deviation must really break its rule: otherwise it has to be removed from
 * the list, so that the rule is enforced from then on.
 */
export const createRules = (deviations: Deviations): { readonly rule: Rule; readonly checkList: () => void } => {
  const left = new Set(Object.keys(deviations));
  return {
    rule: (name, check) => {
      const instead = deviations[name];
      left.delete(name);
      if (instead === undefined) test(name, check);
      else {
        test(`${name} [known deviation: ${instead}]`, async () => {
          const isKept = await check().then(
            () => true,
            (error: object) => {
              // Any other error is not a deviation: the service cannot be reached.
              if ('matcherResult' in error || '$metadata' in error) return false;
              throw error;
            },
          );
          if (isKept) throw new Error('The service keeps this rule now: remove it from the list of deviations.');
        });
      }
    },
    checkList: () => {
      test('each known deviation belongs to an existing rule', () => expect([...left]).toEqual([]));
    },
  };
};

/** Repeats the check until it holds or the time is over, and returns its last result. */
export const poll = async (milliseconds: number, check: () => Promise<boolean>): Promise<boolean> => {
  const endsAt = Date.now() + milliseconds;
  for (;;) {
    if (await check()) return true;
    if (Date.now() > endsAt) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

/** Expects that the call is refused with one of these codes. */
export const expectRefusal = async (call: Promise<unknown>, ...codes: string[]): Promise<void> => {
  const error: unknown = await call.then(
    () => new Error('The call was not refused.'),
    (reason) => reason,
  );
  expect(codes).toContain((error as Error).name);
};
