import { isRefusedAction, nameOf, spokenCodeOf } from '../../functions/aws/errors';
import { codeWord } from '../../functions/language/sentence';
import { explainCredentials } from '../../infra/deploy/preflight';
import { UsageError } from '../../terminal/usage-error';
import { CommandFailed, NotAvailableHere } from '../command/command-failed';

/** Region and profile of calls, for messages about them. */
export interface Place {
  readonly region: string;
  /** Only if it is safe to show. */
  readonly profile: string | undefined;
}

/** What to throw for errors of AWS that the caller can explain, by their code. */
type Expected = Readonly<Record<string, (cause: unknown) => Error>>;

/**
 * Makes a call and explains its failure in a sentence. AWS's own messages are not repeated, because they may quote the
 * request.
 * @param action the IAM action
 * @throws UsageError, CommandFailed
 */
export const asking = async <T>(
  { region, profile }: Place,
  action: string,
  resource: string,
  call: () => Promise<T>,
  expected: Expected = {},
): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    // A call within this one has explained it.
    if (error instanceof CommandFailed || error instanceof UsageError) throw error;
    const name = nameOf(error);
    const known = Object.hasOwn(expected, name) ? expected[name] : undefined;
    if (known) throw known(error);
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 501) {
      throw new NotAvailableHere({ cause: error });
    }
    const code = codeWord(spokenCodeOf(error));
    if (isRefusedAction(error)) {
      const sentence = `AWS refused ${action} on ${resource} (${code}). Your credentials need that permission.`;
      throw new CommandFailed(sentence, { cause: error });
    }
    const explanation = explainCredentials(error, region, profile);
    // A network problem is not wrong usage.
    const isNetwork = /^(E[A-Z_]+|TimeoutError)$/.test(code);
    if (explanation !== undefined) throw new (isNetwork ? CommandFailed : UsageError)(explanation, { cause: error });
    throw new CommandFailed(`AWS could not carry out ${action} on ${resource} (${code}). Try again.`, { cause: error });
  }
};

/** All items of the pages that one of the SDK's paginators asks for. */
export const itemsOf = async <Page, Item>(
  pages: AsyncIterable<Page>,
  itemsIn: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsIn(page) ?? []));
  return items;
};
