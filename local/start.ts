import { placesOf } from '../functions/adapters/stack-trace';
import { runProgram } from '../terminal/program';
import { keepToThisMachine } from './loopback-environment';

keepToThisMachine(process.env);

runProgram(async (args) => (await import('./run')).runLocal(args, process), {
  // Names the places only: --token-file may have read a real token, and a message could quote it.
  describeError: (error) =>
    ['Unexpected error. Please report it with this:', ...placesOf(error as Error).slice(0, 5)].join('\n'),
});
