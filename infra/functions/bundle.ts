import { type FunctionName, functionNames } from '../../functions/contract/functions';
import { bundleFunction } from './bundling';

// Synthesis runs this program for each function: synthesis is synchronous, and esbuild with plugins is not.

const [name = '', folder = ''] = process.argv.slice(2);

const main = async (): Promise<void> => {
  if (!functionNames.includes(name as FunctionName) || folder === '') {
    throw new Error(`Say which function to bundle (${functionNames.join(', ')}), and into which folder.`);
  }
  await bundleFunction(name as FunctionName, folder);
};

main().catch((error: Error & { readonly errors?: unknown }) => {
  // esbuild has already printed what is wrong with the code.
  if (error.errors === undefined) process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
