import type { RandomBytes } from '../../local/cloud/momento/momento-keys';

const pattern = 'canary';

/**
 * Bytes that no other text of a rotation holds, and that are never the same twice: whoever shows a token that was made of them,
 * or a part of it, is found out.
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

/** The pattern in base64, and in base64 once more, wherever it begins there: a v1 key holds its inner key so. */
const marks = [
  plain,
  ...[0, 1, 2].map((shift) => {
    const twice = Buffer.from(' '.repeat(shift) + plain).toString('base64');
    // The first characters depend on what stands before, the last on what comes after.
    return twice.slice(4, -4);
  }),
];

export const showsToken = (text: string): boolean => marks.some((mark) => text.includes(mark));
