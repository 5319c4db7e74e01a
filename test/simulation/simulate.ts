import { createMachine, type Execution, loadRotation } from '../../local/machine/machine';
import { messageIn } from '../../report/history/told';
import type { HistoryEvent } from '../../statemachine/execution-events';
import { type Ending, isUnrecoverable } from './facts';
import type { PointKind } from './faults';
import { createFunctions } from './functions';
import { final } from './invariants';
import type { Scenario } from './scenario';
import { createScenarioRun, type Plan, type Running, type ScenarioRun } from './scenario-run';
import { createSend } from './sending';
import { createWorld, topicArn } from './simulated-cloud';
import { describeState, withoutUnlabelled } from './state-description';
import type { Party } from './timeline';

/** The result of a scenario. */
export interface Report {
  /** Empty if every invariant held. */
  readonly violations: readonly string[];
  /** The fault after which no protocol could recover, if there is one. */
  readonly unrecoverable: string | undefined;
  /** Where a fault could be injected, in each of the runs. */
  readonly points: { readonly 1: readonly PointKind[]; readonly 2: readonly PointKind[] };
  /** How many acts the first run took, and how many switches between two executions took place. */
  readonly acts: number;
  readonly switches: number;
  /** The state before the days without faults. */
  readonly state: string;
  /** The outcome of that state was known already. */
  readonly isKnown: boolean;
  /** A call asked for an unlabelled version before that, so trimming could have changed the result. */
  readonly askedForUnlabelled: boolean;
}

/** The violations in the days without faults, by the state before them. */
export type Known = Map<string, readonly string[]>;

export interface SimulateOptions {
  /** Called with a line of text for everything that happens. */
  readonly trace?: (line: string) => void;
  readonly known?: Known;
}

const definition = loadRotation(topicArn);

const hour = 3_600_000;
const day = 24 * hour;

/** The time until an operator restarts a stopped execution. */
const reactionMilliseconds = 60_000;

const redrive: Plan = { redrive: true, afterMilliseconds: reactionMilliseconds };
const startAnew: Plan = { redrive: false, afterMilliseconds: reactionMilliseconds };

/** Keyed by the end of the fault's name. */
const plans: Readonly<Record<string, Plan>> = {
  Redrive: redrive,
  RedriveLater: { redrive: true, afterMilliseconds: 5 * hour },
  RedriveNextDay: { redrive: true, afterMilliseconds: day, meetsNextRun: true },
  StartAnew: startAnew,
};

/** After these states, an execution may have no test left to make. */
const lastWords: ReadonlySet<string> = new Set(['Test both tokens', 'Roll back', 'Alert', 'Plain alert']);

/** Whether an execution has only its failure left to report. */
const isJudged = (state: string, output: string): boolean => {
  if (!lastWords.has(state)) return false;
  const data = JSON.parse(output) as { tested?: { rotation?: { verdict?: string } }; unanswered?: unknown };
  const { verdict = '' } = data.tested?.rotation ?? {};
  return data.unanswered !== undefined || !['recovered', 'works'].includes(verdict);
};

/** Runs executions in a scenario. */
const createDriver = (scenarioRun: ScenarioRun) => {
  const { world, running, violate } = scenarioRun;
  const { timeline, facts, activeFaults } = world;
  const { clock } = timeline;
  const abortPlans = { redrive, startAnew };
  // A message that the state machine publishes belongs to no invocation.
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
    // A Choice or a Pass depends only on its input, so a stop before it equals a stop before the next Task.
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
    const { alertsSilenced, alertsRepeated } = activeFaults;
    const view = { ...world.view(), ending, alerts, alertsSilenced, alertsRepeated };
    for (const invariant of final) violate(invariant(view));
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

  /** Starts an execution, and restarts it after every intended stop. */
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

  /** Runs executions to their ends, and then their lost invocations and late requests, until a day later. */
  return async (parties: readonly Party[]): Promise<Ending | undefined> => {
    let last: Ending | undefined;
    let left = parties.length;
    for (const party of parties) {
      timeline.act(party, () => {
        drive(party)
          .then((ending) => {
            last = ending;
          })
          .catch((error: unknown) =>
            violate(`the simulation failed: ${error instanceof Error ? error.message : error}`),
          )
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

/**
 * While Step Functions pauses for hours, Lambda ends all running functions, including one between refresh and write.
 */
const otherwiseLost = ({ faults }: Scenario): string =>
  faults.some(({ kind }) => kind.startsWith('timeOut'))
    ? 'refresh: hours pass before the put'
    : 'several faults together';

/** Runs a scenario, and then days without faults. */
export const simulate = async (
  scenario: Scenario,
  { trace = () => {}, known }: SimulateOptions = {},
): Promise<Report> => {
  const world = createWorld(scenario);
  const scenarioRun = createScenarioRun(scenario, world, trace);
  const runDay = createDriver(scenarioRun);
  const { facts } = world;
  const { violate, violations, points } = scenarioRun;

  /** A day without faults: the run succeeds and leaves nothing pending. */
  const cleanDay = async (): Promise<void> => {
    const { status, error, output } = (await runDay(['A'])) ?? {};
    scenarioRun.turnTo('clean');
    const outcome = String(output?.outcome);
    if (status !== 'SUCCEEDED') violate(`a run without faults failed: ${error}`);
    else if (!['rotated', 'resumed'].includes(outcome)) violate(`a run without faults ended as ${outcome}`);
    else if ((output?.verified === true) === (world.circumstance === 'unvalidated'))
      violate('a run without faults was not verified');
    if (world.labels().has('AWSPENDING')) violate('a run without faults left something pending');
    const current = facts.byVersion.get(world.labels().get('AWSCURRENT') ?? '');
    if (!current || !world.accepts(current.bare))
      violate('after a run without faults, the current token does not work');
  };

  /** If no protocol can recover, the alert says so, and an import repairs the secret. */
  const deadEnd = async (): Promise<void> => {
    let ending = await runDay(['A']);
    scenarioRun.turnTo('clean');
    // Without validation, a dead pending token becomes current, and the failure appears only on the next day.
    if (world.circumstance === 'unvalidated' && ending?.output?.outcome === 'resumed') ending = await runDay(['A']);
    if (ending?.error !== 'RefreshRejected')
      violate(`no token can be resumed or refreshed, and the run ended as ${ending?.error}`);
    const alert = world.alerts().at(-1) ?? '';
    const saysWhatToDo = alert.includes('critical') && alert.includes('Create a new token');
    if (!saysWhatToDo) violate('the alert does not say what to do');
    world.operate('import');
    await cleanDay();
  };

  await runDay(scenario.switches === undefined ? ['A'] : ['A', 'B']);
  if (scenario.faults.length === 0 && facts.endings.some(({ status }) => status !== 'SUCCEEDED')) {
    violate('without a fault, an execution did not succeed');
  }
  const { acts, switches } = world.timeline.count();
  scenarioRun.turnTo(2);
  if (scenario.faults.some((fault) => fault.run === 2)) {
    await runDay(['A']);
    scenarioRun.turnTo('clean');
  }

  // Unlabelled versions that are not kept are trimmed by the next day.
  const whole = describeState(world);
  const state = scenario.unlabelled === 'kept' ? whole : withoutUnlabelled(whole);
  const askedForUnlabelled = world.askedForUnlabelled();
  const isDead = isUnrecoverable(facts, world.labels(), world.momento.inspect);
  const current = facts.byVersion.get(world.labels().get('AWSCURRENT') ?? '');
  const isLost = facts.tokens.some(
    ({ parent, versionId, isStoredLate }) => parent === current && (versionId === undefined || isStoredLate),
  );
  // If reuse revokes the family, Momento treats a request that the network delivered twice as a theft.
  if (isDead && !isLost && !facts.duplicated)
    violate('no token can be resumed or refreshed, although no answer of Momento was lost');
  const report = {
    unrecoverable: isDead ? (scenarioRun.lostAnswers[0] ?? otherwiseLost(scenario)) : undefined,
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
