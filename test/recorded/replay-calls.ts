import { createRules, type Deviations } from '../conformance/rules';
import { createPlaceholders, type Json } from './placeholders';

/** How a call ended. A message is compared only where one was recorded. */
export interface Refusal {
  readonly code: string;
  readonly status?: number;
  readonly message?: string;
}

interface RecordedCall {
  /** The name of the recorded answer in its source. Missing: the call prepares the next ones. */
  readonly step?: string;
  readonly call?: string;
  readonly input?: Json;
  readonly answer?: Json;
  readonly error?: Refusal;
  /** What AWS did between two calls. */
  readonly happens?: Json;
  /** What the recording waited for before this call. The replay does not. */
  readonly waited?: string;
}

export interface Recorded {
  readonly sequences: readonly {
    readonly test: string;
    readonly source: string;
    readonly recorded?: string;
    readonly calls: readonly RecordedCall[];
  }[];
}

/** A fresh service behind its SDK. */
export interface Replayed {
  /** Returns the answer as JSON: dates as `<date>`, bytes in base64. */
  send(call: string, input: Json): Promise<Json>;
  /** The refusal in an error of `send`. Throws an error that is not the service's. */
  refusal(error: unknown): Required<Refusal>;
  happen?(what: Json): Promise<void>;
  close(): Promise<void>;
}

/**
 * Replays each sequence in its recorded order against a service of its own. A message is a rule apart from the rest of
 * its answer, so that a known difference of a message does not hide a wrong code.
 */
export const replay = (recorded: Recorded, connect: () => Promise<Replayed>, deviations: Deviations = {}): void => {
  const { rule, checkList } = createRules(deviations);

  for (const { test: name, source, recorded: date = 'no date', calls } of recorded.sequences) {
    describe(`${source}, ${date}`, () => {
      const placeholders = createPlaceholders();
      let service: Replayed;
      beforeAll(async () => {
        service = await connect();
      });
      afterAll(() => service.close());

      const perform = async ({ call = '', input = {} }: RecordedCall): Promise<Json> =>
        service.send(call, placeholders.fill(input));

      const checkError = (step: string, call: RecordedCall, { message, ...outcome }: Refusal): void => {
        let refused: Required<Refusal> | undefined;
        rule(`${name}: ${step}`, async () => {
          await perform(call).then(
            (answer) => expect(answer).toBe('a refusal'),
            (error) => {
              refused = service.refusal(error);
            },
          );
          expect(refused).toMatchObject(outcome);
        });
        if (message === undefined) return;
        rule(`${name}: ${step}, message`, async () => {
          expect(refused?.message).toEqual(placeholders.resolve(message, refused?.message));
        });
      };

      for (const [index, call] of calls.entries()) {
        const { step = `preparation ${index}`, answer, error, happens } = call;
        if (error) checkError(step, call, error);
        else {
          rule(`${name}: ${step}`, async () => {
            if (happens !== undefined) {
              if (!service.happen) throw new Error('This service cannot repeat what happened on AWS.');
              return service.happen(happens);
            }
            const actual = await perform(call);
            if (answer !== undefined) expect(actual).toEqual(placeholders.resolve(answer, actual));
          });
        }
      }
    });
  }

  checkList();
};
