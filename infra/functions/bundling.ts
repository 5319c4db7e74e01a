import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import type { FunctionName } from '../../statemachine/definition';

const root = join(__dirname, '..', '..');

// Patterns of files in `node_modules`, without `.js`.

const sdk = '@gomomento/sdk/dist/src';
const types = '@gomomento/generated-types/dist';

/** Lambda gives a function its credentials in variables, so the SDK never looks for them elsewhere. */
const otherCredentials = [
  '@aws-sdk/credential-provider-(sso|ini|login|process|web-identity|http)/.+',
  '@smithy/credential-provider-imds/.+',
];

/** What Momento's SDK loads for its other clients, and gRPC for servers. */
const otherClients = [
  `${sdk}/(topic|preview-[a-z]+)-client`,
  `${sdk}/batchutils/.+`,
  `${sdk}/config/middleware/(impl/)?(experimental|cache-request)-[a-z-]+`,
  `${types}/(cacheping|cachepubsub|function|function_types|leaderboard|webhook)`,
  '@grpc/grpc-js/build/src/server(-call|-interceptors)?',
  '@grpc/proto-loader/build/src/index',
];

/** What a bundle has as empty modules: loaded by those who need something else of the same package, and used by none of ours. */
export const leftOut: Readonly<Record<FunctionName, readonly string[]>> = {
  Fetch: otherCredentials,
  Refresh: [...otherCredentials, ...otherClients, `${sdk}/cache-client`, `${types}/(cacheclient|controlclient)`],
  Validate: [...otherCredentials, ...otherClients, `${sdk}/auth-client`, `${types}/(auth|permissionmessages|token)`],
  Promote: otherCredentials,
  Alert: otherCredentials,
};

/** Matches the files of such patterns. */
export const filesOf = (patterns: readonly string[]): RegExp =>
  new RegExp(`/node_modules/(${patterns.join('|')})\\.js$`.replaceAll('/', '[\\\\/]'));

const leaveOut = (patterns: readonly string[]): Plugin => ({
  name: 'leave-out',
  setup: ({ onLoad }) => onLoad({ filter: filesOf(patterns) }, () => ({ contents: '' })),
});

/**
 * One file of a program for Node.
 * @param without patterns of the files to leave out
 * @returns esbuild's own account of what is in it
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
    // Of packages in both forms the one that esbuild can take the unused out of.
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true,
    metafile: true,
    logLevel: 'warning',
    plugins: without.length > 0 ? [leaveOut(without)] : [],
  });
  return metafile;
};

/** The file that is deployed, `index.js` in the folder. */
export const bundleFunction = (name: FunctionName, folder: string): Promise<Metafile> =>
  bundle(`functions/${name.toLowerCase()}/${name.toLowerCase()}.lambda.ts`, join(folder, 'index.js'), leftOut[name]);
