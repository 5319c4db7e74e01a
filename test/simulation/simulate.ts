import { createMachine, type Execution, loadRotation } from '../../local/machine/machine';
import { messageIn } from '../../report/history/told';
import type { HistoryEvent } from '../../statemachine/execution-events';
import { type Ending, isUnrecoverable } from './facts';
import type { PointKind } from './faults';
import { createFunctions } from './functions';
import { final } from './invariants';
import type { Scenario } from './scenario';
import { createCourse, type Plan, type Running, type ScenarioRun } from './scenario-run';
import { createSend } from './sending';
import { createWorld, topicArn } from './simulated-cloud';
import { describeState, withoutUnlabelled } from './state-description';
import type { Party } from './timeline';

/** What came of a scenario. */
export interface Report {
  /** Empty if all is well. */
  readonly violations: readonly string[];
  /** The fault after which no protocol could go on, if that is so. */
  readonly unrecoverable: string | undefined;
  /** What could have been spoilt, in each of the runs. */
  readonly points: { readonly 1: readonly PointKind[]; readonly 2: readonly PointKind[] };
  /** How many acts the first run took, and how many switches between two executions came to pass. */
  readonly acts: number;
  readonly switches: number;
  /** What the days without faults begin with. */
  readonly state: string;
  /** That was known, and what comes of it with it. */
  readonly isKnown: boolean;
  /** Somebody asked for a version without a label before that: whether it is still there made a difference. */
  readonly askedForUnlabelled: boolean;
}

/** What comes of a state in days without faults. */
export type Known = Map<string, readonly string[]>;

export interface SimulateOptions {
  /** Told of everything that happens, in words. */
  readonly trace?: (line: string) => void;
  readonly known?: Known;
}

const definition = loadRotation(topicArn);

const hour = 3_600_000;
const day = 24 * hour;

/** Between the stop of an execution and the hand that starts it again. */
const reactionMilliseconds = 60_000;

const redrive: Plan = { redrive: true, afterMilliseconds: reactionMilliseconds };
const startAnew: Plan = { redrive: false, afterMilliseconds: reactionMilliseconds };

/** By the last word of the fault's kind. */
const plans: Readonly<Record<string, Plan>> = {
  Redrive: redrive,
  RedriveLater: { redrive: true, afterMilliseconds: 5 * hour },
  RedriveNextDay: { redrive: true, afterMilliseconds: day, meetsNextRun: true },
  StartAnew: startAnew,
};

/** After these an execution may have nothing left to look at. */
const lastWords: ReadonlySet<string> = new Set(['Test both tokens', 'Roll back', 'Alert', 'Plain alert']);

/** Whether an execution has nothing left to do but to tell that it failed. */
const isJudged = (state: string, output: string): boolean => {
  if (!lastWords.has(state)) return false;
  const data = JSON.parse(output) as { tested?: { rotation?: { verdict?: string } }; unanswered?: unknown };
  const { verdict = '' } = data.tested?.rotation ?? {};
  return data.unanswered !== undefined || !['recovered', 'works'].includes(verdict);
};

/** Runs executions over a scenarioRun. */
const createDriver = (scenarioRun: ScenarioRun) => {
  const { world, running, blame } = scenarioRun;
  const { timeline, facts, troubles } = world;
  const { clock } = timeline;
  const abortPlans = { redrive, startAnew };
  // The state machine's own publishing belongs to nobody's invocation.
  const publishing = createSend(scenarioRun, abortPlans, { party: 'A', invocation: undefined, lose: () => {} });
  const { publish } = world.portsFor(publishing);
  const machine = createMachine(
    createFunctions(scenarioRun, abortPlans),
    clock,
    { arn: topicArn, publish },
    definition,
  );

  const follow = (party: Party, event: HistoryEvent): void => {
    const execution = running.get(party);
    const { type, stateExitedEventDetails: exited, stateEnteredEventDetails: entered } = event;
    if (entered) scenarioRun.trace(`${execution?.name} ${entered.name}`);
    scenarioRun.scan(event.taskFailedEventDetails?.cause ?? '', 'a cause');
    if (exited) scenarioRun.scan(exited.output, `the output of ${exited.name}`);
    scenarioRun.scan(event.taskScheduledEventDetails?.parameters ?? '', 'what a Task is given');
    scenarioRun.scan(event.taskSucceededEventDetails?.output ?? '', 'what a Task gives');
    if (exited?.name === 'Test both tokens' && exited.output.includes('"unanswered"') && execution) {
      facts.untested.add(execution.name);
    }
    // What a Choice or a Pass does follows from its input alone: to stop before one is to stop before the next Task.
    if (execution === undefined || !['ExecutionStarted', 'TaskStateExited'].includes(type)) return;
    for (const kind of scenarioRun.faultsAt('state')) {
      scenarioRun.trace(`[${kind}]`);
      if (exited && isJudged(exited.name, exited.output)) facts.judged.add(execution.name);
      const [, how, then = ''] = /^(stop|timeOut)And(\w+)$/.exec(kind) ?? [];
      if (how === 'stop') scenarioRun.stop(party, plans[then]);
      else {
        execution.plan = plans[then];
        for (const each of running.values()) each.isOverdue = true;
        timeline.pass(3 * hour + 1000);
      }
    }
  };

  const conclude = ({ name, plan, isOverdue }: Running, result: Execution): Ending => {
    const { status, error, cause, output, startedAt } = result;
    const ending: Ending = {
      name,
      status,
      error,
      output: output as Ending['output'],
      startedAt,
      isStopped: plan !== undefined || isOverdue,
    };
    facts.endings.push(ending);
    scenarioRun.trace(`${name} ${status} ${error ? `${error}: ${messageIn(cause)}` : JSON.stringify(output ?? {})}`);
    for (const message of world.alerts()) scenarioRun.scan(message, 'an alert');
    const alerts = world.alerts().filter((message) => message.includes(`:${name}`)).length;
    const { alertsSilenced, alertsRepeated } = troubles;
    const view = { ...world.view(), ending, alerts, alertsSilenced, alertsRepeated };
    for (const invariant of final) blame(invariant(view));
    return ending;
  };

  const begin = async (party: Party, name: string, stopped?: Execution): Promise<[Running, Execution, Ending]> => {
    const execution: Running = { name, abort: new AbortController(), plan: undefined, isOverdue: false };
    running.set(party, execution);
    const options = {
      signal: execution.abort.signal,
      random: () => world.durations.jitter,
      watcher: { onEvent: (event: HistoryEvent) => follow(party, event) },
    };
    const result = stopped ? await machine.redrive(stopped, options) : await machine.start({}, { ...options, name });
    running.delete(party);
    return [execution, result, conclude(execution, result)];
  };

  const nextName = (party: Party): string =>
    `${party}-${new Set(facts.endings.filter(({ name }) => name.startsWith(party)).map(({ name }) => name)).size + 1}`;

  /** Starts an execution, and once more whenever it is stopped on purpose. */
  const drive = async (party: Party): Promise<Ending> => {
    let [{ name, plan }, result, ending] = await begin(party, nextName(party));
    while (plan !== undefined && (ending.status === 'ABORTED' || ending.status === 'TIMED_OUT')) {
      await clock.sleep(plan.afterMilliseconds);
      if (plan.meetsNextRun) await begin(party, nextName(party));
      const stopped = plan.redrive ? result : undefined;
      [{ name, plan }, result, ending] = await begin(party, stopped ? name : nextName(party), stopped);
    }
    return ending;
  };

  /** Runs executions to their ends, and what they leave behind to its own, until a day later. */
  return async (parties: readonly Party[]): Promise<Ending | undefined> => {
    let last: Ending | undefined;
    let left = parties.length;
    for (const party of parties) {
      timeline.act(party, () => {
        drive(party)
          .then((ending) => {
            last = ending;
          })
          .catch((error: unknown) => blame(`the machine broke: ${error instanceof Error ? error.message : error}`))
          .finally(() => {
            left -= 1;
          });
      });
    }
    await timeline.run(() => left === 0);
    let isOver = false;
    timeline.at(clock.now() + day, () => {
      isOver = true;
    });
    await timeline.run(() => isOver);
    scenarioRun.trace('— a day later');
    return last;
  };
};

/** Hours in which Step Functions does nothing end every function that is at work, between the refresh and the put too. */
const otherwiseLost = ({ faults }: Scenario): string =>
  faults.some(({ kind }) => kind.startsWith('timeOut'))
    ? 'refresh: hours pass before the put'
    : 'several faults together';

/** Runs a scenario, and days without faults after it. */
export const simulate = async (
  scenario: Scenario,
  { trace = () => {}, known }: SimulateOptions = {},
): Promise<Report> => {
  const world = createWorld(scenario);
  const scenarioRun = createCourse(scenario, world, trace);
  const runDay = createDriver(scenarioRun);
  const { facts } = world;
  const { blame, violations, points } = scenarioRun;

  /** A day without faults: the run ends well and leaves nothing pending. */
  const cleanDay = async (): Promise<void> => {
    const { status, error, output } = (await runDay(['A'])) ?? {};
    scenarioRun.turnTo('clean');
    const outcome = String(output?.outcome);
    if (status !== 'SUCCEEDED') blame(`a run without faults failed: ${error}`);
    else if (!['rotated', 'resumed'].includes(outcome)) blame(`a run without faults ended as ${outcome}`);
    else if ((output?.verified === true) === (world.circumstance === 'unvalidated'))
      blame('a run without faults was not verified');
    if (world.labels().has('AWSPENDING')) blame('a run without faults left something pending');
    const current = facts.byVersion.get(world.labels().get('AWSCURRENT') ?? '');
    if (!current || !world.accepts(current.bare)) blame('after a run without faults, the current token does not work');
  };

  /** Where no protocol can go on, the alert says so, and an import mends it. */
  const deadEnd = async (): Promise<void> => {
    let ending = await runDay(['A']);
    scenarioRun.turnTo('clean');
    // Untested, a dead token that is pending is made current, and nobody finds out before the next day.
    if (world.circumstance === 'unvalidated' && ending?.output?.outcome === 'resumed') ending = await runDay(['A']);
    if (ending?.error !== 'RefreshRejected') blame(`nothing leads on, and the run ended as ${ending?.error}`);
    const alert = world.alerts().at(-1) ?? '';
    const saysWhatToDo = alert.includes('critical') && alert.includes('Create a new token');
    if (!saysWhatToDo) blame('the alert does not say what to do');
    world.operate('import');
    await cleanDay();
  };

  await runDay(scenario.switches === undefined ? ['A'] : ['A', 'B']);
  if (scenario.faults.length === 0 && facts.endings.some(({ status }) => status !== 'SUCCEEDED')) {
    blame('without a fault, an execution did not end well');
  }
  const { acts, switches } = world.timeline.count();
  scenarioRun.turnTo(2);
  if (scenario.faults.some((fault) => fault.run === 2)) {
    await runDay(['A']);
    scenarioRun.turnTo('clean');
  }

  // Where versions without labels go, they are gone by the next day.
  const whole = describeState(world);
  const state = scenario.unlabelled === 'kept' ? whole : withoutUnlabelled(whole);
  const askedForUnlabelled = world.askedForUnlabelled();
  const isDead = isUnrecoverable(facts, world.labels(), world.momento.inspect);
  const current = facts.byVersion.get(world.labels().get('AWSCURRENT') ?? '');
  const isLost = facts.tokens.some(
    ({ parent, versionId, isStoredLate }) => parent === current && (versionId === undefined || isStoredLate),
  );
  // Momento takes a request that the network delivers twice for a theft, if reuse revokes the family.
  if (isDead && !isLost && !facts.duplicated) blame('nothing leads on, though no answer of Momento was lost');
  const report = {
    unrecoverable: isDead ? (scenarioRun.culprits[0] ?? otherwiseLost(scenario)) : undefined,
    points,
    acts,
    switches,
    state,
    askedForUnlabelled,
  };
  const sameEnd = known?.get(state);
  if (sameEnd) return { ...report, violations: [...violations, ...sameEnd], isKnown: true };
  const before = violations.length;
  if (isDead) await deadEnd();
  else {
    await cleanDay();
    await cleanDay();
  }
  known?.set(state, violations.slice(before));
  return { ...report, violations, isKnown: false };
};
