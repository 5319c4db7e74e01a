import type { FunctionName } from '../statemachine/definition';
import { bundleFunction } from './bundling';

// Synthesis calls this for each function, because it cannot wait for esbuild, whose plugins need it to.

const [name = '', folder = ''] = process.argv.slice(2);

bundleFunction(name as FunctionName, folder).catch(() => {
  // esbuild has said what is wrong.
  process.exitCode = 1;
});
