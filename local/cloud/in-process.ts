import { judgeCheckError, judgeRefreshError } from '../../functions/adapters/momento-codes';
import type { SecretsManagerApi } from '../../functions/adapters/secrets-manager';
import type { SnsApi } from '../../functions/adapters/sns';
import { Sensitive } from '../../functions/language/sensitive';
import type { Momento as MomentoPort } from '../../functions/momento/port';
import { requireRefreshToken } from '../../functions/momento/token';
import { type Momento, MomentoStatus, status } from './momento/momento';
import type { MomentoServerOptions } from './momento/momento-grpc';
import { readKey } from './momento/momento-keys';
import { LostReply, type Reply, type Service } from './wire/service';

/** The SDK puts the AWS error code into the error's name. */
const asSdkError = (error: unknown): unknown => {
  const { code, message } = error as { readonly code?: unknown; readonly message?: string };
  return typeof code === 'string' ? Object.assign(new Error(message), { name: code }) : error;
};

const dateFields = ['CreatedDate', 'DeletedDate', 'LastChangedDate'];

/** On the wire, dates are epoch seconds; the SDK converts them to `Date`. */
const withDates = (reply: Reply): Reply =>
  Object.fromEntries(
    Object.entries(reply).map(([field, value]) => [
      field,
      dateFields.includes(field) && typeof value === 'number' ? new Date(value * 1000) : value,
    ]),
  );

/** The embedded Secrets Manager behind the SDK client's interface, without the client and without HTTP. */
export const inProcessSecretsManager = (service: Service): SecretsManagerApi => {
  const call = async (action: string, input: object): Promise<Reply> => {
    // Undefined members are not sent.
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
    listSecretVersionIds: async (input) => {
      const { Versions, ...reply } = await call('ListSecretVersionIds', input);
      return { ...reply, Versions: (Versions as Reply[]).map(withDates) };
    },
    putSecretValue: (input) => call('PutSecretValue', input),
    updateSecretVersionStage: (input) => call('UpdateSecretVersionStage', input),
  };
};

/** The same for the embedded SNS. The SDK appends `Exception` to its codes. */
export const inProcessSns = (service: Service): SnsApi => ({
  publish: async (input) => {
    try {
      return await service.call('Publish', { ...input });
    } catch (error) {
      const { code } = error as { readonly code?: unknown };
      throw typeof code === 'string' ? Object.assign(new Error(), { name: `${code}Exception` }) : error;
    }
  },
});

/** The Momento SDK's error codes, by gRPC status. */
const sdkCodes: ReadonlyMap<number, string> = new Map([
  [status.NOT_FOUND, 'NOT_FOUND_ERROR'],
  [status.PERMISSION_DENIED, 'PERMISSION_ERROR'],
  [status.RESOURCE_EXHAUSTED, 'LIMIT_EXCEEDED_ERROR'],
  [status.DEADLINE_EXCEEDED, 'TIMEOUT_ERROR'],
  [status.UNAVAILABLE, 'SERVER_UNAVAILABLE'],
  [status.UNAUTHENTICATED, 'AUTHENTICATION_ERROR'],
]);

const sdkCodeOf = (error: unknown): string => {
  if (error instanceof LostReply) return 'SERVER_UNAVAILABLE';
  if (!(error instanceof MomentoStatus)) throw error;
  return sdkCodes.get(error.code) ?? 'UNKNOWN_ERROR';
};

/** The embedded Momento behind the adapter's port, without the SDK and without gRPC. */
export const inProcessMomento = (
  momento: Momento,
  intercept: NonNullable<MomentoServerOptions['intercept']>,
): MomentoPort => ({
  prepareRefresh(token) {
    const refreshToken = requireRefreshToken(token).reveal();
    const apiKey = readKey(token.key.reveal())?.bare ?? '';
    return async () => {
      try {
        const next = await intercept({ service: 'momento', action: 'refresh', apiKey }, async () =>
          momento.refresh({ apiKey, refreshToken }),
        );
        // The SDK returns every refreshed key in v1 form.
        const text = JSON.stringify({ endpoint: next.endpoint, api_key: next.apiKey });
        return {
          outcome: 'refreshed',
          token: {
            key: new Sensitive(Buffer.from(text).toString('base64')),
            refreshToken: new Sensitive(next.refreshToken),
            validUntil: next.validUntil,
          },
        };
      } catch (error) {
        return judgeRefreshError(sdkCodeOf(error));
      }
    };
  },

  async check(token) {
    const key = readKey(token.key.reveal());
    if (!key) return 'rejected';
    try {
      await intercept({ service: 'momento', action: 'listCaches', apiKey: key.bare }, async () =>
        momento.listCaches(key.bare),
      );
      return 'works';
    } catch (error) {
      return judgeCheckError(sdkCodeOf(error));
    }
  },
});
