import { together } from '../../../functions/secret/together';

test('the results come in the order of the calls', async () => {
  expect(await together([Promise.resolve(1), Promise.resolve('two')])).toEqual([1, 'two']);
});

test('a failure is thrown only when no call is under way any more', async () => {
  let finish = (): void => {};
  const slow = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let isOver = false;
  const both = together([Promise.reject(new Error('first')), slow]).finally(() => {
    isOver = true;
  });
  both.catch(() => {});
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  finish();
  await expect(both).rejects.toThrow('first');
});
