/** How long troubles last, in milliseconds, and how long is waited between tries. */
export interface Durations {
  /** Reads lag behind. */
  readonly stale: number;
  /** Until a request takes effect that its sender has given up. */
  readonly late: number;
  /** The same for a refresh: Momento acts on it before the claim of whoever sent it has expired. Later is beyond any protocol. */
  readonly lateRefresh: number;
  /** A service is down, or Momento rejects a token that is good. */
  readonly minutes: number;
  /** A call is so slow that Step Functions has long begun another try, and yet within every function's time. */
  readonly slow: number;
  /** Until a client of AWS gives a request up, with all its own tries. */
  readonly unanswered: number;
  /** Which part of the longest wait between two tries is waited. */
  readonly jitter: number;
}

/**
 * `lasting` comes close to the longest that the protocol is made for: a second look after 30 s, rejections that are not believed for
 * nine minutes, a lease of four.
 */
export const tempos = {
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

export type Tempo = keyof typeof tempos;
