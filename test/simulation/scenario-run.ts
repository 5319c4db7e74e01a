import type { CloudCall } from '../../local/cloud/embedded-cloud';
import { showsMarkedBytes } from '../token-traces';
import { type FaultKind, faultKindsAt, type PointKind } from './faults';
import { lasting } from './invariants';
import type { Scenario } from './scenario';
import type { World } from './simulated-cloud';
import type { Party } from './timeline';

/** What happens to an execution after it is stopped. */
export interface Plan {
  readonly redrive: boolean;
  readonly afterMilliseconds: number;
  /** The next scheduled execution runs before that. */
  readonly meetsNextRun?: boolean;
}

/** An execution that is running. */
export interface Running {
  readonly name: string;
  readonly abort: AbortController;
  plan: Plan | undefined;
  /** Step Functions paused for longer than the execution's timeout. */
  isOverdue: boolean;
}

/** The progress of a scenario, and its violations so far. */
export interface ScenarioRun {
  readonly world: World;
  readonly violations: readonly string[];
  /** Where a fault could be injected, in each of the runs. */
  readonly points: { readonly 1: readonly PointKind[]; readonly 2: readonly PointKind[] };
  /** The faults that may have lost an answer from Momento. */
  readonly lostAnswers: readonly string[];
  readonly running: Map<Party, Running>;
  trace(line: string): void;
  /** Starts the next day's run, or the days without faults. */
  turnTo(run: 2 | 'clean'): void;
  violate(what: string | undefined): void;
  /** Checks the invariants, if the facts have changed since the last check. */
  check(): void;
  /** Searches a text that must not contain a token. */
  scan(text: string, where: string): void;
  /** Advances to the next point. @returns the faults at that point */
  faultsAt(kind: PointKind): readonly FaultKind[];
  noteCall(call: CloudCall, faults: readonly FaultKind[]): void;
  /** The call fails because of a fault at an earlier one. */
  noteOutage(call: CloudCall): void;
  stop(party: Party, plan: Plan | undefined): void;
}

/** After these faults at a refresh or at the write of the new token, Momento's answer is lost. */
const losesAnswer: Readonly<Record<'refresh' | 'put of the new token', ReadonlySet<FaultKind>>> = {
  refresh: new Set<FaultKind>([
    'crashAfter',
    'timeoutAfter',
    'lost',
    'late',
    'duplicate',
    'duplicateUnseen',
    'lateDuplicate',
  ]),
  'put of the new token': new Set<FaultKind>([
    'crashBefore',
    'timeoutBefore',
    'down',
    'writesDown',
    'slow',
    'slowGhost',
    'late',
  ]),
};

const shown = ({ action, input = {} }: CloudCall): string => {
  const short = (id: unknown): string => String(id ?? '').slice(-8);
  const { VersionStages, VersionStage, ClientRequestToken, VersionId, RemoveFromVersionId, MoveToVersionId } = input;
  const labels = String(VersionStages ?? VersionStage ?? '');
  if (action !== 'UpdateSecretVersionStage') return `${action} ${labels} ${short(ClientRequestToken ?? VersionId)}`;
  return `${action} ${labels} ${short(RemoveFromVersionId)}→${short(MoveToVersionId)}`;
};

const isStaging = ({ input }: CloudCall): boolean => String(input?.VersionStages).includes('momento-successor');

export const createScenarioRun = (scenario: Scenario, world: World, trace: (line: string) => void): ScenarioRun => {
  const violations: string[] = [];
  const points: { 1: PointKind[]; 2: PointKind[] } = { 1: [], 2: [] };
  const lostAnswers: string[] = [];
  const running = new Map<Party, Running>();
  let run: 1 | 2 | 'clean' = 1;

  const violate = (what: string | undefined): void => {
    if (what === undefined || violations.includes(what)) return;
    violations.push(what);
    trace(`VIOLATION ${what}`);
  };

  return {
    world,
    violations,
    points,
    lostAnswers,
    running,
    trace,
    violate,
    turnTo: (next) => {
      run = next;
      world.beginDay();
    },
    check: () => {
      if (!world.hasChanged()) return;
      const view = world.view();
      for (const invariant of lasting) violate(invariant(view));
    },
    scan: (text, where) => {
      if (showsMarkedBytes(text)) world.note(() => world.facts.shown.push(`a token shows in ${where}`));
    },
    faultsAt: (kind) => {
      if (run === 'clean') return [];
      const point = points[run].push(kind) - 1;
      const here = scenario.faults.filter((fault) => fault.run === run && fault.point === point);
      const strange = here.find((fault) => !faultKindsAt(kind).includes(fault.kind));
      if (strange) violate(`no scenario: ${strange.kind} cannot happen to a ${kind}`);
      return here.filter((fault) => fault !== strange).map((fault) => fault.kind);
    },
    noteCall: (call, faults) => {
      trace(`  ${shown(call)}${faults.length > 0 ? ` [${faults.join(' ')}]` : ''}`);
      if (call.action !== 'refresh' && !isStaging(call)) return;
      const where = isStaging(call) ? 'put of the new token' : 'refresh';
      for (const kind of faults) if (losesAnswer[where].has(kind)) lostAnswers.push(`${where}: ${kind}`);
    },
    noteOutage: (call) => {
      if (isStaging(call)) lostAnswers.push('put of the new token: down');
    },
    stop: (party, plan) => {
      const execution = running.get(party);
      if (execution === undefined || plan === undefined) return;
      execution.plan = plan;
      execution.abort.abort(plan);
    },
  };
};
