import type { SecretName } from '../../../functions/contract/names';
import { parseFetchEvent, parseStepEvent } from '../../../functions/contract/step-event';

const defaultName = () => 'default/secret' as SecretName;
const rotation = { secretName: 'a', secretArn: 'arn', currentVersionId: 'v', tidied: 1, startedOver: false };
const start = { execution: 'arn:execution', startedAt: '2026-12-01T00:00:00.000Z', input: {}, before: {} };

const fetchEvent = (changes: object) => parseFetchEvent({ ...start, ...changes }, defaultName);

test('at the start nothing was tidied and nothing started over', () => {
  expect(fetchEvent({})).toMatchObject({
    secretName: 'default/secret',
    tidied: 0,
    startedOver: false,
    executionStartedAt: Date.parse('2026-12-01T00:00:00Z'),
  });
});

test('coming back from Tidy up, its count is known', () => {
  expect(fetchEvent({ before: { rotation } })).toMatchObject({ tidied: 1, startedOver: false });
});

test('coming back with an error is starting over, and stays so', () => {
  expect(fetchEvent({ before: { rotation, error: { Error: 'VersionConflict' } } }).startedOver).toBe(true);
  expect(fetchEvent({ before: { rotation: { ...rotation, startedOver: true } } }).startedOver).toBe(true);
});

test('an execution’s input cannot pretend to come back', () => {
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

test('one that is named by an ARN without its end is logged under its name, too', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:team/token';
  expect(fetchEvent({ input: { secretName: arn } }).secretName).toBe('team/token');
});

test('a function that is invoked by hand says so', () => {
  for (const event of [undefined, {}, { action: 'promote' }, { action: 'promote', rotation: {} }]) {
    expect(() => parseStepEvent(event, ['promote'])).toThrow(
      expect.objectContaining({ name: 'InvalidInput', message: expect.stringContaining('Start an execution') }),
    );
  }
  expect(() => parseFetchEvent({ input: {} }, defaultName)).toThrow(expect.objectContaining({ name: 'InvalidInput' }));
});
