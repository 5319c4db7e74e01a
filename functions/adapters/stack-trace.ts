/** A location in a file, as V8 writes it: nothing else in a stack may be shown. */
const place = /^ {4}at (?:[\w$.<>[\] ]+ \()?(?:node:|file:|\/|[A-Za-z]:\\)[^()]*:\d+:\d+\)?$/;

/**
 * The locations in the code that an error passed through. The stack begins with the message, which may quote the data
 * that caused the error, and may itself have lines that look like locations.
 */
export const placesOf = ({ stack = '', message }: Error): string[] => {
  const end = message === '' ? 0 : stack.indexOf(message) + message.length;
  // The message was changed after the stack was written, so it cannot be cut off.
  return end < message.length
    ? []
    : stack
        .slice(end)
        .split('\n')
        .filter((line) => place.test(line));
};
