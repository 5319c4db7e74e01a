import { checkInputs } from './execution-inputs';
import { checkDocuments } from './secret-documents';

// Many more: ../proofs/bad-input.test.ts.
test('an execution input rotates the secret, or is refused by name', () => checkInputs(400));

test('a secret document is rotated with all that it holds, or is refused by name', () => checkDocuments(400));
