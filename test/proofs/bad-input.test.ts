import { checkInputs } from '../bad-input/execution-inputs';
import { checkDocuments } from '../bad-input/secret-documents';

test('an execution input rotates the secret, or is refused by name', () => checkInputs(5_000));

test('a secret document is rotated with all that it holds, or is refused by name', () => checkDocuments(5_000));
