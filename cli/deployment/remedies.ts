/** What to do if there is no token that can be rotated. */
export const importNew = 'Create a token in the Momento console and import it: npx momento-rotation import';

export const rotateNow = (secretName: string): string => `npx momento-rotation rotate --secret ${secretName}`;
