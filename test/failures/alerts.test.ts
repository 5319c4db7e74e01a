import { secretName } from '../cloud';
import { chosen, runProvoked } from './provoked';

const bodyOf = (text: string, options: Parameters<typeof runProvoked>[1] = {}): Promise<string> =>
  runProvoked(chosen(text), options, ({ alerts }) => alerts[0]?.body ?? '');

test('a single-use refresh token was spent on a lost answer: the alert says so and gives the deadline', async () => {
  const body = await bodyOf('refresh:crash', { refreshTokens: 'singleUse' });
  expect(body).toContain('Error:  RefreshRejected');
  expect(body).toContain('The outcome of an earlier refresh of this token is unknown');
  expect(body).toMatch(
    /keep using the current token, which is valid until \d{4}-\d\d-\d\d \d\d:\d\d UTC \(23 hours \d+ minutes left\)/,
  );
  expect(body).toMatch(/Create a new token in the Momento console before \d{4}-/);
});

test('if the alert function may not publish, the state machine’s own alert has the fields that programs read', async () => {
  const alert = JSON.parse(await bodyOf('alert:AccessDenied')) as Record<string, unknown>;
  expect(alert).toEqual({
    severity: 'critical',
    secretName,
    step: 'Refresh',
    error: 'RefreshRejected',
    message: expect.stringContaining('Open the execution'),
    validUntil: null,
    executionArn: expect.stringMatching(/^arn:aws:states:/),
    consoleUrl: null,
  });
});
