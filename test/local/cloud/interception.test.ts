import { interceptable, LostReply, ServiceError } from '../../../local/cloud/service';
import { refused, setUp, token } from './secrets-manager-model';

describe('interception', () => {
  const put = { SecretId: 'a/secret', SecretString: 'value-1', ClientRequestToken: token(1) };

  test('sees each call', async () => {
    const seen: unknown[] = [];
    const service = interceptable(setUp().model, (call, proceed) => {
      seen.push(call);
      return proceed();
    });
    await service.call('DescribeSecret', { SecretId: 'a/secret' });
    expect(seen).toEqual([{ service: 'secretsmanager', action: 'DescribeSecret', input: { SecretId: 'a/secret' } }]);
  });

  test('can fail a call before its effect', async () => {
    const { model, ids } = setUp();
    const service = interceptable(model, async () => {
      throw new ServiceError('InternalServiceError', 'An error occurred on the server side.');
    });
    await expect(service.call('PutSecretValue', put)).rejects.toEqual(refused('InternalServiceError'));
    expect(ids()).toEqual([token(0)]);
  });

  test('can lose the reply of a call that had its effect', async () => {
    const { model, ids } = setUp();
    const service = interceptable(model, async (_, proceed) => {
      await proceed();
      throw new LostReply();
    });
    await expect(service.call('PutSecretValue', put)).rejects.toBeInstanceOf(LostReply);
    expect(ids()).toEqual([token(0), token(1)]);
  });

  test('can repeat a call', async () => {
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
