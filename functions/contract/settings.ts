import { parseDuration } from '../language/time';

/** When a token is due: `always`, or when its remaining lifetime is at most this. */
export type RotateBefore = 'always' | { readonly seconds: number } | { readonly fractionOfLife: number };

/** The deployment's settings for Fetch. */
export interface FetchSettings {
  readonly rotateBefore: RotateBefore;
  readonly skipValidation: boolean;
}

/** The deployment's settings for the alert function. */
export interface AlertSettings {
  /** The longest time between two scheduled runs, in seconds. */
  readonly scheduleInterval: number;
}

/**
 * Reads the setting `rotateBefore`: "24h", "7d", "90m", or a fraction of the token's lifetime such as "0.25". Empty
 * means always. `undefined`: the text is invalid.
 */
export const parseRotateBefore = (text: string): RotateBefore | undefined => {
  if (text === '') return 'always';
  const seconds = parseDuration(text);
  if (seconds !== undefined) return { seconds };
  return /^0?\.\d{1,6}$/.test(text) && Number(text) > 0 ? { fractionOfLife: Number(text) } : undefined;
};
