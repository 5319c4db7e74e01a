/** "1 retry", "2 retries". */
export const times = (count: number, one: string, several: string): string => `${count} ${count === 1 ? one : several}`;

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** Takes milliseconds. Short enough for a column: "26 ms", "4.2 s", "4 min 10 s", "2 d 3 h". */
export const shortDuration = (milliseconds: number): string => {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  // Two units are enough. Rounded before it is split into units, or 59.7 s would become 60 s.
  let rest = Math.round(milliseconds / 1000) * 1000;
  const words: string[] = [];
  for (const [unit, length] of units) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0 || words.length === 1) words.push(`${count} ${unit}`);
    if (words.length === 2) break;
  }
  return words.filter((word) => !word.startsWith('0 ')).join(' ');
};

/** "2026-12-01 10:00:07 UTC". Takes epoch milliseconds. */
export const exactTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
