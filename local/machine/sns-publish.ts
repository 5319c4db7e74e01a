import { LostReply, type Service, ServiceError } from '../cloud/wire/service';
import { StatesError } from '../interpreter/states-error';
import type { Integration } from '../interpreter/step';

/** The `sns:publish` integration of Step Functions. A message that is an object is sent as JSON. */
export const createPublish =
  (sns: Service): Integration =>
  async (parameters) => {
    const { Message, ...rest } = parameters as Record<string, unknown>;
    try {
      const text = typeof Message === 'string' ? Message : JSON.stringify(Message);
      return await sns.call('Publish', { ...rest, Message: text });
    } catch (error) {
      if (error instanceof LostReply) throw new StatesError('SNS.SdkClientException', error.message);
      if (error instanceof ServiceError) throw new StatesError(`SNS.${error.code}Exception`, error.message);
      throw error;
    }
  };
