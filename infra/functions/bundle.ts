import { type FunctionName, functionNames } from '../../functions/contract/functions';
import { bundleFunction } from './bundling';

// Synthesis calls this for each function, because it cannot wait for esbuild, whose plugins need it to.

const [name = '', folder = ''] = process.argv.slice(2);

const main = async (): Promise<void> => {
  if (!functionNames.includes(name as FunctionName) || folder === '') {
    throw new Error(`Say which function to bundle (${functionNames.join(', ')}), and into which folder.`);
  }
  await bundleFunction(name as FunctionName, folder);
};

main().catch((error: Error & { readonly errors?: unknown }) => {
  // What is wrong with the code, esbuild has said by itself.
  if (error.errors === undefined) process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
