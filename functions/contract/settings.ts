import { parseDuration } from '../language/time';

/** When a token is due: `always`, or when no more than this is left of its life. */
export type RotateBefore = 'always' | { readonly seconds: number } | { readonly fractionOfLife: number };

/** What the deployment's settings say to Fetch. */
export interface FetchSettings {
  readonly rotateBefore: RotateBefore;
  readonly skipValidation: boolean;
}

/** What the deployment's settings say to the alert function. */
export interface AlertSettings {
  /** The longest time between two scheduled runs, in seconds. */
  readonly scheduleInterval: number;
}

/** Reads the setting: "24h", "7d", "90m", or a fraction of the life such as "0.25"; `undefined` for what is none. Empty means always. */
export const parseRotateBefore = (text: string): RotateBefore | undefined => {
  if (text === '') return 'always';
  const seconds = parseDuration(text);
  if (seconds !== undefined) return { seconds };
  return /^0?\.\d{1,6}$/.test(text) && Number(text) > 0 ? { fractionOfLife: Number(text) } : undefined;
};
