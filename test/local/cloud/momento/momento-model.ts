import { createMomento, type IssueOptions, type MomentoOptions, status } from '../../../../local/cloud/momento/momento';
import { readKey } from '../../../../local/cloud/momento/momento-keys';

export const start = 1_800_000_000;

/** Bytes that differ at every draw, and are the same in every run. */
export const countedBytes = () => {
  let draws = 0;
  return (count: number) => {
    draws += 1;
    return Buffer.alloc(count, draws);
  };
};

export const setUp = (options: Partial<MomentoOptions> = {}) => {
  const clock = { milliseconds: start * 1000, now: () => clock.milliseconds };
  const momento = createMomento({ clock, random: countedBytes(), ...options });
  return {
    clock,
    momento,
    issue: (issued: Partial<IssueOptions> = {}) => {
      const document = momento.issue({ kind: 'v1', lifeSeconds: 3_600, ...issued });
      const text = String(document.authToken ?? document.apiKey);
      return {
        document,
        text,
        apiKey: readKey(text)?.bare ?? text,
        refreshToken: String(document.refreshToken),
      };
    },
  };
};

export const refused = (code: number) => expect.objectContaining({ name: 'MomentoStatus', code });

/** The status of a refusal; a call that is not refused fails the test. */
export const refusal = (call: () => unknown): unknown => {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('It was not refused.');
};

export const unauthenticated = refused(status.UNAUTHENTICATED);
