import { checkInputs } from './execution-inputs';
import { checkDocuments } from './secret-documents';

// Many more: ../proofs/bad-input.test.ts.
test('an execution input rotates the secret, or is refused with a named error', () => checkInputs(400));

test('a secret document is rotated with all its fields, or is refused with a named error', () => checkDocuments(400));
