/** How long faults last, in milliseconds, and the wait between attempts. */
export interface Durations {
  /** Reads lag behind. */
  readonly stale: number;
  /** Until a request takes effect after its sender has given up. */
  readonly late: number;
  /**
   * The same for a refresh. Momento acts before the sender's claim has expired; no protocol can handle a later effect.
   */
  readonly lateRefresh: number;
  /** A service is down, or Momento rejects a valid token. */
  readonly minutes: number;
  /** A call is so slow that Step Functions may have begun another attempt, but no function times out. */
  readonly slow: number;
  /** Until an AWS client gives up a request, including its retries. */
  readonly unanswered: number;
  /** The fraction of the longest wait between two attempts. */
  readonly jitter: number;
}

/**
 * `lasting` is close to the limits of the protocol: a second look after 30 s, rejections that count only after nine
 * minutes, a lease of four minutes.
 */
export const timings = {
  usual: {
    stale: 3_000,
    late: 15_000,
    lateRefresh: 15_000,
    minutes: 150_000,
    slow: 30_000,
    unanswered: 0,
    jitter: 0.5,
  },
  brief: { stale: 500, late: 1_000, lateRefresh: 1_000, minutes: 45_000, slow: 5_000, unanswered: 0, jitter: 0 },
  lasting: {
    stale: 20_000,
    late: 400_000,
    lateRefresh: 200_000,
    minutes: 480_000,
    slow: 45_000,
    unanswered: 25_000,
    jitter: 1,
  },
} as const satisfies Readonly<Record<string, Durations>>;

export type Timing = keyof typeof timings;
