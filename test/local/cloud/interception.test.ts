import { interceptable, LostReply, ServiceError } from '../../../local/cloud/wire/service';
import { refused, setUp, token } from './secrets-manager/model';

describe('interception', () => {
  const put = { SecretId: 'a/secret', SecretString: 'value-1', ClientRequestToken: token(1) };

  test('an interception is told the service, the action and the input of a call', async () => {
    const seen: unknown[] = [];
    const service = interceptable(setUp().model, (call, proceed) => {
      seen.push(call);
      return proceed();
    });
    await service.call('DescribeSecret', { SecretId: 'a/secret' });
    expect(seen).toEqual([{ service: 'secretsmanager', action: 'DescribeSecret', input: { SecretId: 'a/secret' } }]);
  });

  test('an interception that fails a call leaves no effect of it', async () => {
    const { model, ids } = setUp();
    const service = interceptable(model, async () => {
      throw new ServiceError('InternalServiceError', 'An error occurred on the server side.');
    });
    await expect(service.call('PutSecretValue', put)).rejects.toEqual(refused('InternalServiceError'));
    expect(ids()).toEqual([token(0)]);
  });

  test('an interception that loses the reply of a call leaves its effect', async () => {
    const { model, ids } = setUp();
    const service = interceptable(model, async (_, proceed) => {
      await proceed();
      throw new LostReply();
    });
    await expect(service.call('PutSecretValue', put)).rejects.toBeInstanceOf(LostReply);
    expect(ids()).toEqual([token(0), token(1)]);
  });

  test('an interception that repeats a put is answered, and there is one version', async () => {
    const { model, ids } = setUp();
    const service = interceptable(model, async (_, proceed) => {
      await proceed();
      return proceed();
    });
    await expect(service.call('PutSecretValue', put)).resolves.toMatchObject({ VersionId: token(1) });
    expect(ids()).toEqual([token(0), token(1)]);
  });

  test('a refusal of the model is a rejection', async () => {
    await expect(interceptable(setUp().model).call('NoSuchAction', {})).rejects.toEqual(
      refused('UnknownOperationException'),
    );
  });
});
