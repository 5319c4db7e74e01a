import type { SecretName } from '../../../functions/contract/names';
import { parseFetchEvent, parseStepEvent } from '../../../functions/contract/step-event';

const defaultName = () => 'default/secret' as SecretName;
const rotation = { secretName: 'a', secretArn: 'arn', currentVersionId: 'v', tidied: 1, startedOver: false };
const start = { execution: 'arn:execution', startedAt: '2026-12-01T00:00:00.000Z', input: {}, before: {} };

const fetchEvent = (changes: object) => parseFetchEvent({ ...start, ...changes }, defaultName);

test('at the start, the execution has neither tidied up nor started over', () => {
  expect(fetchEvent({})).toMatchObject({
    secretName: 'default/secret',
    tidied: 0,
    startedOver: false,
    executionStartedAt: Date.parse('2026-12-01T00:00:00Z'),
  });
});

test('after Tidy up, the count is read from the state data', () => {
  expect(fetchEvent({ before: { rotation } })).toMatchObject({ tidied: 1, startedOver: false });
});

test('after an error, the execution has started over, also in later events', () => {
  expect(fetchEvent({ before: { rotation, error: { Error: 'VersionConflict' } } }).startedOver).toBe(true);
  expect(fetchEvent({ before: { rotation: { ...rotation, startedOver: true } } }).startedOver).toBe(true);
});

test('an execution’s input cannot imitate the state data', () => {
  const spoofed = { rotation: { tidied: 5, startedOver: true } };
  expect(() => fetchEvent({ input: spoofed, before: spoofed })).toThrow(
    expect.objectContaining({ name: 'InvalidInput' }),
  );
});

test('a secret that is named by its ARN is logged under its name, and looked up by its ARN', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:team/token-AbCdEf';
  const event = fetchEvent({ input: { secretName: arn } });
  expect([event.secretName, event.request.secretName]).toEqual(['team/token', arn]);
});

test('a secret that is named by a partial ARN is logged under its name, too', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:team/token';
  expect(fetchEvent({ input: { secretName: arn } }).secretName).toBe('team/token');
});

test('an event that the state machine cannot send is InvalidInput', () => {
  for (const event of [undefined, {}, { action: 'promote' }, { action: 'promote', rotation: {} }]) {
    expect(() => parseStepEvent(event, ['promote'])).toThrow(
      expect.objectContaining({ name: 'InvalidInput', message: expect.stringContaining('Start an execution') }),
    );
  }
  expect(() => parseFetchEvent({ input: {} }, defaultName)).toThrow(expect.objectContaining({ name: 'InvalidInput' }));
});
