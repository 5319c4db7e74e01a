import type { RandomBytes } from '../../local/cloud/momento/momento-keys';

const pattern = 'canary';

/**
 * Bytes that occur in no other text of a rotation and are unique for each call. A text that contains a token made of
 * them, or a part of one, is therefore detected.
 */
export const createCanaryBytes = (): RandomBytes => {
  let count = 0;
  return (length) => {
    count += 1;
    const bytes = Buffer.alloc(length, pattern);
    bytes.write(String(count).padStart(6, '0'), length - 6);
    return bytes;
  };
};

const plain = Buffer.from(pattern.repeat(3)).toString('base64');

/** The pattern in base64, and in base64 twice at each offset: a v1 key encodes its inner key again. */
const marks = [
  plain,
  ...[0, 1, 2].map((shift) => {
    const twice = Buffer.from(' '.repeat(shift) + plain).toString('base64');
    // The first and last characters depend on the surrounding text.
    return twice.slice(4, -4);
  }),
];

export const showsToken = (text: string): boolean => marks.some((mark) => text.includes(mark));
