import { replies, runWithReplies } from './momento';
import { runWithAnswer, tellingAnswers } from './secrets-manager';

// The same answers to every other action: ../proofs/hostile-replies.test.ts.
test.each(tellingAnswers)(
  'Secrets Manager answers $action with $name: a named error or success, and no token is seen',
  runWithAnswer,
);

test.each(replies)('Momento answers %s: the error is %s, and no token is seen', async (_, error, momentoReplies) => {
  expect(await runWithReplies(momentoReplies)).toBe(error);
});
