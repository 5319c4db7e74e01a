import type { SecretsManagerApi } from '../../functions/adapters/secrets-manager';
import type { Reply, Service } from './service';

/** AWS's code, as the SDK gives it: in the error's name. */
const asSdkError = (error: unknown): unknown => {
  const code = (error as { code?: unknown }).code;
  if (!(error instanceof Error) || typeof code !== 'string') return error;
  return Object.assign(new Error(error.message), { name: code });
};

const dateFields = ['CreatedDate', 'DeletedDate', 'LastChangedDate'];

/** On the wire dates are epoch seconds; the SDK makes dates of them. */
const withDates = (reply: Reply): Reply =>
  Object.fromEntries(
    Object.entries(reply).map(([field, value]) => [
      field,
      dateFields.includes(field) && typeof value === 'number' ? new Date(value * 1000) : value,
    ]),
  );

/** The embedded Secrets Manager as the SDK's client would show it, without the client and without HTTP. */
export const inProcessSecretsManager = (service: Service): SecretsManagerApi => {
  const call = async (action: string, input: object): Promise<Reply> => {
    // A member that is undefined does not travel.
    const sent = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
    try {
      return withDates(await service.call(action, sent));
    } catch (error) {
      throw asSdkError(error);
    }
  };
  return {
    describeSecret: (input) => call('DescribeSecret', input),
    getSecretValue: (input) => call('GetSecretValue', input),
    putSecretValue: (input) => call('PutSecretValue', input),
    updateSecretVersionStage: (input) => call('UpdateSecretVersionStage', input),
  };
};
