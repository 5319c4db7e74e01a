import type { Setting } from '../../simulation/enumeration';
import { expectSinglesSurvived } from '../../simulation/single-faults';

test.each<Setting>([
  { momento: 'reusable', unlabelled: 'kept' },
  { momento: 'singleUse', unlabelled: 'trimmedAtOnce' },
  { momento: 'singleUseOldKeyDies', unlabelled: 'trimmedAfterADay' },
  { momento: 'reuseRevokesFamily', unlabelled: 'trimmedAtOnce', timing: 'lasting' },
])('no single fault breaks an invariant: $momento, $unlabelled, $timing', expectSinglesSurvived);
