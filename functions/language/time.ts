import type { Harmless, Sentence } from './sentence';

export type IsoTime = Harmless<'IsoTime'>;
/** Whole seconds since 1970, as Momento gives a token's expiry. */
export type EpochSeconds = number;

export const isoTime = (epochSeconds: EpochSeconds): IsoTime => new Date(epochSeconds * 1000).toISOString() as IsoTime;

const secondsPerUnit = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** A duration such as "24h", "7d" or "90m", in seconds; `undefined` for any other text. */
export const parseDuration = (text: string): number | undefined => {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  return Number(count) * secondsPerUnit[unit as keyof typeof secondsPerUnit] || undefined;
};

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** The seconds to which a duration is rounded, by its size: two units are enough. */
const grainOf = (seconds: number): number => {
  if (seconds >= 86_400) return 3_600;
  return seconds >= 3_600 ? 60 : 1;
};

/** "7 days 3 hours", "40 seconds": at most two units. Takes seconds, positive or negative. */
export const spokenDuration = (seconds: number): Sentence => {
  const size = Math.abs(seconds);
  const grain = grainOf(size);
  let rest = Math.round(size / grain) * grain;
  const words: string[] = [];
  for (const [unit, length] of units) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) words.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return (words.length > 0 ? words.join(' ') : 'less than a second') as Sentence;
};

/** "2026-12-01 10:00 UTC". Takes epoch seconds. */
export const spokenTime = (epochSeconds: number): Sentence =>
  `${new Date(epochSeconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC` as Sentence;
