/** When a token is due: `always`, or when no more than this is left of its life. */
export type RotateBefore = 'always' | { readonly seconds: number } | { readonly fractionOfLife: number };

const secondsPerUnit = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** A time such as "24h", "7d" or "90m", in seconds; `undefined` for what is none. */
export const parseDuration = (text: string): number | undefined => {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  return Number(count) * secondsPerUnit[unit as keyof typeof secondsPerUnit] || undefined;
};

/** Reads the setting: "24h", "7d", "90m", or a fraction of the life such as "0.25"; `undefined` for what is none. Empty means always. */
export const parseRotateBefore = (text: string): RotateBefore | undefined => {
  if (text === '') return 'always';
  const seconds = parseDuration(text);
  if (seconds !== undefined) return { seconds };
  return /^0?\.\d{1,6}$/.test(text) && Number(text) > 0 ? { fractionOfLife: Number(text) } : undefined;
};

/** Takes epoch seconds. The equal instant is due. */
export const isDue = (
  rotateBefore: RotateBefore,
  token: { readonly issuedAt: number; readonly validUntil: number },
  now: number,
): boolean => {
  if (rotateBefore === 'always') return true;
  const threshold =
    'seconds' in rotateBefore
      ? rotateBefore.seconds
      : (token.validUntil - token.issuedAt) * rotateBefore.fractionOfLife;
  return token.validUntil - now <= threshold;
};
