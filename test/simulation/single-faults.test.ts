import { expectSinglesSurvived } from './single-faults';

// The conditions under which the fewest faults can be recovered. Others, and pairs of faults: ../proofs/simulation.
test('no single fault breaks an invariant: reuseRevokesFamily, trimmedAtOnce', () =>
  expectSinglesSurvived({ momento: 'reuseRevokesFamily', unlabelled: 'trimmedAtOnce' }));
