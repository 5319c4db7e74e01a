/** Refresh's own timeout. A claim's lease follows from it. */
export const refreshTimeoutSeconds = 180;

/**
 * How long it counts that both tokens were tested before a roll back. Longer than all tries of the state that rolls back may take, so
 * that only an interruption makes a test outdated: a redrive may come hours later.
 */
export const testCountsSeconds = 900;

/** Room for clocks that differ and for a function that is a little late to die. */
const claimSlackSeconds = 60;

/** How long after it was made a claim may still have a live owner. */
export const claimLeaseSeconds = refreshTimeoutSeconds + claimSlackSeconds;
