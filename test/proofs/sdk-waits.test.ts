import { ServiceError } from '../../local/cloud/wire/service';
import { withCloud } from '../cloud';

// The AWS SDK takes no clock: what it waits for takes as long here as in a function.

test('Secrets Manager that does not answer is given up by our own timeouts, and tried again', async () => {
  let hung = 0;
  await withCloud(
    {
      intercept: (call, proceed) => {
        if (call.action !== 'DescribeSecret' || hung > 0) return proceed();
        hung += 1;
        return new Promise(() => {});
      },
    },
    async ({ machine }) => {
      expect((await machine.start({})).output).toMatchObject({ outcome: 'rotated' });
    },
  );
  expect(hung).toBe(1);
});

test('throttling is retried within the call, and no execution notices', async () => {
  let throttled = 0;
  await withCloud(
    {
      intercept: (call, proceed) => {
        if (call.action !== 'PutSecretValue' || throttled > 1) return proceed();
        throttled += 1;
        throw new ServiceError('ThrottlingException', 'slow down');
      },
    },
    async ({ machine }) => {
      expect((await machine.start({})).output).toMatchObject({ outcome: 'rotated' });
    },
  );
  expect(throttled).toBe(2);
});
