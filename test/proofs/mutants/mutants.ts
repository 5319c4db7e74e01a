import { fetchMutants } from './fetch-mutants';
import { machineMutants } from './machine-mutants';
import type { Mutant } from './mutant';
import { promoteMutants } from './promote-mutants';
import { refreshMutants } from './refresh-mutants';

/** In the order of a rotation, then the state machine's. */
export const mutants: readonly Mutant[] = [...fetchMutants, ...refreshMutants, ...promoteMutants, ...machineMutants];
