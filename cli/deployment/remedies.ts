/** What to do where there is no token that can be rotated. */
export const importNew = "Make a token in Momento's console and import it: npx momento-rotation import";

export const rotateNow = (secretName: string): string => `npx momento-rotation rotate --secret ${secretName}`;
