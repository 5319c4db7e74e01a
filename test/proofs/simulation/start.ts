import { keepToThisMachine } from '../../../local/loopback-environment';
import { messageOf, runProgram } from '../../../terminal/program';

keepToThisMachine(process.env);

runProgram(async (args) => (await import('./exhaustive')).runExhaustive(args), { describeError: messageOf });
