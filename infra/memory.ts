import type { FunctionName } from '../statemachine/definition';

/** In MB. Lambda gives processor time with memory, and those that load Momento's SDK have four times the code to start. */
export const memorySize: Readonly<Record<FunctionName, number>> = {
  Fetch: 256,
  Refresh: 512,
  Validate: 512,
  Promote: 256,
  Alert: 256,
};
