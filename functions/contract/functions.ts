/** The Lambda functions, as the definition's placeholders, the constructs and the table of what each is deployed with call them. */
export const functionNames = ['Fetch', 'Refresh', 'Validate', 'Promote', 'Alert'] as const;

export type FunctionName = (typeof functionNames)[number];

/** A function, as its logs and metrics call it. */
export type StepName = Lowercase<FunctionName>;
