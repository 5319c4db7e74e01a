import { otherAnswers, runWithAnswer } from '../hostile-replies/secrets-manager';

test.each(otherAnswers)(
  'Secrets Manager answers $action with $name: a named error or success, and no token is seen',
  runWithAnswer,
);
