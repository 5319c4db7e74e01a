import type { FunctionName } from '../../statemachine/definition';

/**
 * In MB. At their highest the functions had 60 MB, and those with Momento's SDK 86, on Node 24 70 and 94 (`npm run bench`, not measured on Lambda): at
 * least three times that. Lambda gives processor time with memory, and the latter have three to four times as much to load, so they get twice as much.
 */
export const memorySize: Readonly<Record<FunctionName, number>> = {
  Fetch: 256,
  Refresh: 512,
  Validate: 512,
  Promote: 256,
  Alert: 256,
};
