import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import type { FunctionName } from '../../functions/contract/functions';
import { functionTable } from './table';

const root = join(__dirname, '..', '..');

/** Matches the files that these patterns describe. */
export const filesOf = (patterns: readonly string[]): RegExp =>
  new RegExp(`/node_modules/(${patterns.join('|')})\\.js$`.replaceAll('/', '[\\\\/]'));

const leaveOut = (patterns: readonly string[]): Plugin => ({
  name: 'leave-out',
  setup: ({ onLoad }) => onLoad({ filter: filesOf(patterns) }, () => ({ contents: '' })),
});

/**
 * One file of a program for Node.
 * @param without patterns of the files to leave out
 * @returns esbuild's list of the files in it
 */
export const bundle = async (entryPoint: string, outfile: string, without: readonly string[]): Promise<Metafile> => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // Prefers ES modules, because esbuild can remove unused code from them.
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    // A bundle has few and long lines, so a trace needs the names of functions to tell the place. With short names, and
    // with `keepNames` as well, bundles that hold Momento's SDK also take a fifth longer to load.
    minifyIdentifiers: false,
    metafile: true,
    logLevel: 'warning',
    plugins: without.length > 0 ? [leaveOut(without)] : [],
  });
  return metafile;
};

/** The file that is deployed, `index.js` in the folder. */
export const bundleFunction = (name: FunctionName, folder: string): Promise<Metafile> =>
  bundle(
    `functions/${name.toLowerCase()}/${name.toLowerCase()}.lambda.ts`,
    join(folder, 'index.js'),
    functionTable[name].leftOut,
  );
