import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Answer } from './recording';

// Replaces Lambda and SNS for lambda:invoke and sns:publish of another interpreter: each call gets the result that the
// same call had in ours.

const asXml = (text: string): string => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);

const answerLambda = (response: ServerResponse, answer: Answer): void => {
  response.setHeader('X-Amz-Executed-Version', '$LATEST');
  if ('output' in answer) {
    response.end(JSON.stringify((answer.output as { readonly Payload: unknown }).Payload));
    return;
  }
  if (answer.error.startsWith('Lambda.')) {
    response.statusCode = 400;
    response.setHeader('X-Amzn-RequestId', 'recorded');
    response.setHeader('X-Amzn-ErrorType', answer.error.replace(/^Lambda\./, ''));
    response.end(JSON.stringify({ Message: answer.cause }));
    return;
  }
  // Lambda succeeds with what the function threw, which is the cause in the history.
  response.setHeader('X-Amz-Function-Error', 'Unhandled');
  response.end(answer.cause);
};

const answerSns = (response: ServerResponse, answer: Answer): void => {
  response.setHeader('Content-Type', 'text/xml');
  if ('output' in answer) {
    const { MessageId } = answer.output as { readonly MessageId: string };
    response.end(
      `<PublishResponse><PublishResult><MessageId>${MessageId}</MessageId></PublishResult></PublishResponse>`,
    );
    return;
  }
  // Step Functions makes SNS.InternalErrorException of InternalError.
  const code = answer.error.replace(/^SNS\./, '').replace(/Exception$/, '');
  response.statusCode = 400;
  const error = `<Error><Code>${code}</Code><Message>${asXml(answer.cause)}</Message></Error>`;
  response.end(`<ErrorResponse>${error}<RequestId>recorded</RequestId></ErrorResponse>`);
};

const answerCall = (response: ServerResponse, answer: Answer | undefined): void => {
  if (answer && 'error' in answer && answer.error === 'States.Timeout') {
    // Means that no answer came: start-localstack.py turns it into a timeout.
    response.statusCode = 504;
    response.end();
  } else if (answer?.service === 'lambda') answerLambda(response, answer);
  else if (answer?.service === 'sns') answerSns(response, answer);
  else {
    // A call that ours did not make shows in the history.
    response.statusCode = 500;
    response.end();
  }
};

/** What is left after an execution. */
export interface Rest {
  /** Answers that no call received. */
  readonly answers: readonly Answer[];
  /** How long it would have waited before each retry, in seconds. */
  readonly waits: readonly number[];
}

/** Not a path of a service: for setting the answers before an execution, and for reading what is left after it. */
const answersPath = '/answers';
/** start-localstack.py reports each wait here. */
const waitsPath = '/waits';

/**
 * Starts them on a free port of the loopback address, until this process ends.
 * @returns their URL
 */
export const startRecordedServices = (): Promise<string> =>
  new Promise((resolve, reject) => {
    let answers: Answer[] = [];
    let waits: number[] = [];
    const server = createServer((request, response) => {
      const answer = (body: string): void => {
        if (request.url === waitsPath) {
          waits.push(Number(body));
          response.end();
        } else if (request.url === answersPath) {
          if (request.method === 'PUT') {
            answers = JSON.parse(body);
            waits = [];
          }
          const rest: Rest = { answers, waits };
          response.end(JSON.stringify(rest));
        } else answerCall(response, answers.shift());
      };
      text(request).then(answer, () => response.destroy());
    });
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

/** Lets the services at this URL answer the next calls with these, one after the other. */
export const play = async (url: string, answers: readonly Answer[]): Promise<void> => {
  await fetch(`${url}${answersPath}`, { method: 'PUT', body: JSON.stringify(answers) });
};

export const restOf = async (url: string): Promise<Rest> =>
  (await fetch(`${url}${answersPath}`)).json() as Promise<Rest>;
