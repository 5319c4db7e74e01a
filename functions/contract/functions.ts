/** The names of the Lambda functions in the definition's placeholders, the constructs and the function table. */
export const functionNames = ['Fetch', 'Refresh', 'Validate', 'Promote', 'Alert'] as const;

export type FunctionName = (typeof functionNames)[number];

/** The name of a function in its logs and metrics. */
export type StepName = Lowercase<FunctionName>;
