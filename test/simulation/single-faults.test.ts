import { expectSinglesSurvived } from './single-faults';

// Where the least can be mended. In other worlds, and with a second fault: ../proofs/simulation.
test('no single fault breaks an invariant: reuseRevokesFamily, trimmedAtOnce', () =>
  expectSinglesSurvived({ momento: 'reuseRevokesFamily', unlabelled: 'trimmedAtOnce' }));
