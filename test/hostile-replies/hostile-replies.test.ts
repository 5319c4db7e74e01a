import { replies, runWithReplies } from './momento';
import { holdsToken, marked } from './safely';
import { runWithAnswer, tellingAnswers } from './secrets-manager';

// The same answers to every other action: ../proofs/hostile-replies.test.ts.
test.each(tellingAnswers)(
  'Secrets Manager answers $action with $name: a named error or success, and no token is seen',
  runWithAnswer,
);

test.each(replies)('Momento answers %s: the error is %s, and no token is seen', async (_, error, momentoReplies) => {
  expect(await runWithReplies(momentoReplies)).toBe(error);
});

test('the search finds a token in each of its forms', () => {
  const base64 = (part: string) => Buffer.from(`?${part}?`).toString('base64');
  const token = marked('any');
  for (const form of [token, JSON.stringify(token), encodeURIComponent(token), base64(token), base64(base64(token))]) {
    expect(holdsToken(form)).toBe(true);
  }
  expect(holdsToken(base64('harmless'))).toBe(false);
});
