import { fetchMutants } from './fetch-mutants';
import { machineMutants } from './machine-mutants';
import type { Mutant } from './mutant';
import { promoteMutants } from './promote-mutants';
import { refreshMutants } from './refresh-mutants';

/** The mutants of the steps in the order of a rotation, then those of the state machine. */
export const mutants: readonly Mutant[] = [...fetchMutants, ...refreshMutants, ...promoteMutants, ...machineMutants];
