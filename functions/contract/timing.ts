/** The timeout of the function Refresh. A claim's lease follows from it. */
export const refreshTimeoutSeconds = 180;

/**
 * How long the test of both tokens before a rollback stays valid. That is longer than all attempts of the state that
 * rolls back can take, so only an interruption makes a test outdated: a redrive may come hours later.
 */
export const testCountsSeconds = 900;

/** Slack for clocks that differ, and for a function that stops a little after its timeout. */
const claimSlackSeconds = 60;

/** How long after its creation a claim may still have a running owner. */
export const claimLeaseSeconds = refreshTimeoutSeconds + claimSlackSeconds;
