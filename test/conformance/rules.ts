/** Where a service is known to differ from AWS: the rule, and what it does instead. */
export type Deviations = Readonly<Record<string, string>>;

export type Rule = (name: string, check: () => Promise<void>) => void;

/**
 * Rules that a service has to keep. One that it is known to break must be broken: else it is taken off the list, and from then on
 * has to be kept.
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
              // Anything else than a failed expectation or a refusal is no deviation, but a service that is not there.
              if ('matcherResult' in error || '$metadata' in error) return false;
              throw error;
            },
          );
          if (isKept) throw new Error('The rule is kept now: take it off the list of deviations.');
        });
      }
    },
    checkList: () => {
      test('each known deviation is from a rule that there is', () => expect([...left]).toEqual([]));
    },
  };
};

/** The call is refused, with one of these codes. */
export const expectRefusal = async (call: Promise<unknown>, ...codes: string[]): Promise<void> => {
  const error: unknown = await call.then(
    () => new Error('The call was not refused.'),
    (reason) => reason,
  );
  expect(codes).toContain((error as Error).name);
};
