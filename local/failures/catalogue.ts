import { alertFailures } from './alert-failures';
import { fetchFailures } from './fetch-failures';
import { promoteFailures } from './promote-failures';
import { refreshFailures } from './refresh-failures';
import type { Failure } from './scenario';
import { validateFailures } from './validate-failures';
import { verifyFailures } from './verify-failures';

/** All failures, in the order of the steps. A failure without `tries` is permanent. */
export const failures: readonly Failure[] = [
  ...fetchFailures,
  ...refreshFailures,
  ...validateFailures,
  ...promoteFailures,
  ...verifyFailures,
  ...alertFailures,
];
