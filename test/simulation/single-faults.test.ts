import { expectSinglesSurvived } from './single-faults';

// The conditions under which the fewest faults can be recovered. Others, and pairs of faults: ../proofs/simulation.
test.each([
  ['as InvalidParameterException', {}],
  ['as InvalidRequestException', { circumstance: 'otherRefusal' }],
] as const)('no single fault breaks an invariant, with moves of labels refused %s', (_, other) =>
  expectSinglesSurvived({ momento: 'reuseRevokesFamily', unlabelled: 'trimmedAtOnce', ...other }),
);
