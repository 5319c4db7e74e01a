import type { Clock } from '../../functions/contract/ports';
import { settled, virtualClock } from '../../local/virtual-time';

interface Event {
  readonly at: number;
  readonly fire: () => void;
}

/** Who takes turns: an execution, with all its invocations. */
export type Party = 'A' | 'B';

/** Simulated time, and the order in which everything in it happens. */
export interface Timeline {
  /** The clock of whoever is simulated: it stands still unless `run` moves it. */
  readonly clock: Clock;
  /** Runs `fire` at a time in epoch milliseconds. @returns what takes it back */
  at(time: number, fire: () => void): () => void;
  /** Lines up the next act of a party: each time it is its turn, one of its acts is done. */
  act(party: Party, act: () => void): void;
  /** Moves the clock on: acts take time, and an outage of Step Functions may take hours. */
  pass(milliseconds: number): void;
  /** How many acts there were, and how often the schedule took the turn away. */
  count(): { readonly acts: number; readonly switches: number };
  /** Lets everybody go on, until `done`. */
  run(done: () => boolean): Promise<void>;
}

const longestRun = 20_000;

/**
 * Acts of two parties happen one at a time: a party goes on until it waits or has ended, except where the schedule takes
 * its turn away. Time passes only when nobody can go on.
 * @param switches before which acts, counted from 0, the turn goes to the other party
 */
export const createTimeline = (start: number, switches: readonly number[] = []): Timeline => {
  let now = start;
  let turn: Party = 'A';
  let acts = 0;
  let switched = 0;
  const events = new Set<Event>();
  const waiting: Record<Party, (() => void)[]> = { A: [], B: [] };

  const at = (time: number, fire: () => void): (() => void) => {
    const event = { at: time, fire };
    events.add(event);
    return () => events.delete(event);
  };

  /** The earliest; of several at once the one that was there first. */
  const nextEvent = (): Event | undefined => {
    let next: Event | undefined;
    for (const event of events) if (next === undefined || event.at < next.at) next = event;
    return next;
  };

  const other = (): Party => (turn === 'A' ? 'B' : 'A');

  const nextAct = (): (() => void) | undefined => {
    if (waiting[turn].length === 0) turn = other();
    else if (switches.includes(acts) && waiting[other()].length > 0) {
      turn = other();
      switched += 1;
    }
    const act = waiting[turn].shift();
    if (act) acts += 1;
    return act;
  };

  return {
    clock: virtualClock(
      () => now,
      (milliseconds, fire) => at(now + milliseconds, fire),
    ),
    at,
    act: (party, act) => waiting[party].push(act),
    pass: (milliseconds) => {
      now += milliseconds;
    },
    count: () => ({ acts, switches: switched }),
    async run(done) {
      for (let count = 0; count < longestRun; count += 1) {
        await settled();
        if (done()) return;
        const event = nextEvent();
        const act = event !== undefined && event.at <= now ? undefined : nextAct();
        if (act) act();
        else if (event) {
          events.delete(event);
          now = Math.max(now, event.at);
          event.fire();
        } else throw new Error('Nobody can go on, and nothing is going to happen.');
      }
      throw new Error('There is no end to it.');
    },
  };
};
