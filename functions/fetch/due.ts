import type { RotateBefore } from '../contract/settings';

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
