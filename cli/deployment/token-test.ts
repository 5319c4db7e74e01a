import { RotationError } from '../../functions/contract/errors';
import type { Check } from '../../functions/momento/port';
import type { TokenDocument } from '../../functions/momento/token';
import { UsageError } from '../../terminal/usage-error';
import { CommandFailed } from '../command/command-failed';
import type { CommandContext } from './command-context';

/**
 * Tests a token against Momento as Validate does: at the endpoint MOMENTO_ENDPOINT_OVERRIDE, if that is set, and by a
 * read from VALIDATION_CACHE, if that is set.
 * @throws CommandFailed if the test gave no answer about the token
 */
export const testToken = async ({ env, clock }: CommandContext, token: TokenDocument): Promise<Check> => {
  // Loaded only when it is needed: loading it takes longer than most commands.
  const { connectMomento } = await import('../../functions/adapters/momento');
  try {
    return await connectMomento({ env, clock, write: () => {} })().check(token);
  } catch (error) {
    if (!(error instanceof RotationError)) throw error;
    if (error.name === 'InvalidInput') {
      const allowed = 'https://HOST:PORT, or http://127.0.0.1:PORT for a Momento on this machine';
      throw new UsageError(`MOMENTO_ENDPOINT_OVERRIDE must be ${allowed}.`, { cause: error });
    }
    throw new CommandFailed(
      'Momento could not be asked whether the token works. Check the network connection to Momento, and try again.',
      { cause: error },
    );
  }
};
