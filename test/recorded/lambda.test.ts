import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StatesError } from '../../local/interpreter/states-error';
import { createLambda } from '../../local/machine/lambda';
import { createSteppingClock } from '../local/interpreter/run';
import { createPlaceholders, type Json } from './placeholders';

// The embedded Lambda must report a failed function as AWS did when others recorded it. Step Functions passes that
// payload on as the cause of the error.

type Payload = { readonly [name: string]: Json };

const { answers } = JSON.parse(readFileSync(join(__dirname, 'lambda.json'), 'utf8')) as {
  readonly answers: Readonly<Record<string, { readonly payload: Payload }>>;
};

const recorded = (name: string): Payload => answers[name]?.payload ?? {};

/** The payload that the embedded Lambda reports, and the name of the error that Step Functions sees. */
const failureOf = async (handler: () => Promise<never>, during?: 'crash' | 'timeout') => {
  const { clock, deadlines } = createSteppingClock();
  const lambda = createLambda(new Map([['f', { handler, timeoutSeconds: 1 }]]), clock);
  const invoked = lambda.invoke({ FunctionName: 'f', Payload: {} }).then(
    () => new Error('The function did not fail.'),
    (thrown: unknown) => thrown,
  );
  if (during === 'crash') lambda.crash('f');
  if (during === 'timeout') for (const { expire } of deadlines) expire();
  const error = await invoked;
  if (!(error instanceof StatesError)) throw error;
  const payload = JSON.parse(error.cause) as Payload;
  return { error: error.error, payload };
};

const never = () => new Promise<never>(() => {});

test('a function that throws', async () => {
  const { error, payload } = await failureOf(async () => {
    throw new Error('Error: some_error_msg');
  });
  const { trace, ...rest } = payload;
  expect({ ...rest, trace: Array.isArray(trace) ? '<trace>' : trace }).toEqual(
    recorded('test_uncaught_exception_invoke'),
  );
  expect(error).toBe(payload.errorType);
});

test('a function that exceeds its timeout', async () => {
  const { error, payload } = await failureOf(never, 'timeout');
  expect(payload).toEqual(createPlaceholders().resolve(recorded('test_lambda_invoke_with_timeout'), payload));
  expect(error).toBe(payload.errorType);
});

// What ended the process differs: an exit there, a signal here. That end of the message is not compared.
test('a function whose process ends', async () => {
  const untilReason = ({ errorType, errorMessage }: Payload): Payload => ({
    errorType,
    errorMessage: String(errorMessage).replace(/exited .*/, 'exited'),
  });
  const { error, payload } = await failureOf(never, 'crash');
  const actual = untilReason(payload);
  for (const name of [
    'test_lambda_runtime_exit',
    'test_lambda_handler_exit',
    'test_lambda_runtime_wrapper_not_found',
  ]) {
    expect(actual).toEqual(createPlaceholders().resolve(untilReason(recorded(name)), actual));
  }
  expect(error).toBe(payload.errorType);
});
