import type { Handler } from '../../functions/adapters/runtime';
import { wire as wireAlert } from '../../functions/alert.lambda';
import { wire as wireFetch } from '../../functions/fetch.lambda';
import { wire as wirePromote } from '../../functions/promote.lambda';
import { wire as wireRefresh } from '../../functions/refresh.lambda';
import { wire as wireValidate } from '../../functions/validate.lambda';
import type { CloudCall } from '../../local/embedded-cloud';
import { createMachine, type Execution, type Handlers, loadRotation, type StartOptions } from '../../local/machine';
import type { HistoryEvent } from '../../local/states-language/history';
import type { StatesError } from '../../local/states-language/states-error';
import type { FunctionName } from '../../statemachine/definition';
import { showsToken } from './canaries';
import { type Ending, type Invocation, isUnrecoverable, tokenOf } from './facts';
import { type FaultKind, isByOperator, kindOfCall, type PointKind } from './faults';
import { final, lasting } from './invariants';
import type { Scenario } from './scenario';
import { spoils, unavailable } from './spoil';
import type { Party } from './timeline';
import { createWorld, type Send, secretName, topicArn, type World } from './world';

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
  /** What the runs without faults begin with. */
  readonly state: string;
  /** That was known, and what comes of it with it. */
  readonly isKnown: boolean;
}

export interface SimulateOptions {
  /** Told of everything that happens, in words. */
  readonly trace?: (line: string) => void;
  /** Ends of the runs without faults, by what they began with. */
  readonly known?: Map<string, readonly string[]>;
}

const definition = loadRotation(topicArn);

const hour = 3_600_000;
const day = 24 * hour;

/** After these nobody has what Momento answered. */
const losesAfter: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'crashAfter',
  'timeoutAfter',
  'lost',
  'late',
  'duplicate',
  'duplicateUnseen',
  'lateDuplicate',
]);
const losesBefore: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'crashBefore',
  'timeoutBefore',
  'down',
  'slowGhost',
  'slow',
]);

/** Between the stop of an execution and the hand that starts it again. */
const reactionMilliseconds = 60_000;

const env = { DEFAULT_SECRET_NAME: secretName, ALERT_TOPIC_ARN: topicArn };

interface Plan {
  readonly redrive: boolean;
  readonly afterMilliseconds: number;
}

const plans: Readonly<Record<string, Plan>> = {
  Redrive: { redrive: true, afterMilliseconds: reactionMilliseconds },
  RedriveLater: { redrive: true, afterMilliseconds: 5 * hour },
  StartAnew: { redrive: false, afterMilliseconds: reactionMilliseconds },
};

/** An execution that is under way. */
interface Running {
  readonly name: string;
  readonly abort: AbortController;
  plan: Plan | undefined;
}

export const simulate = async (scenario: Scenario, options: SimulateOptions = {}): Promise<Report> => {
  const { trace = () => {}, known } = options;
  const world: World = createWorld(scenario);
  const { timeline, facts, troubles } = world;
  const { clock } = timeline;
  const violations: string[] = [];
  const points: { 1: PointKind[]; 2: PointKind[] } = { 1: [], 2: [] };
  const running = new Map<Party, Running>();
  let run: 1 | 2 | 'clean' = 1;
  /** More than any execution may take, for all that were under way. */
  let timePassed = false;

  const blame = (what: string | undefined): void => {
    if (what === undefined || violations.includes(what)) return;
    violations.push(what);
    trace(`VIOLATION ${what}`);
  };

  const checkAll = (): void => {
    if (!world.hasChanged()) return;
    const view = world.view();
    for (const invariant of lasting) blame(invariant(view));
  };

  const scan = (text: string, where: string): void => {
    if (showsToken(text)) world.note(() => facts.shown.push(`a token shows in ${where}`));
  };

  /** The faults at the point that has been come to. */
  const faultsNow = (kind: PointKind): readonly FaultKind[] => {
    if (run === 'clean') return [];
    const point = points[run].push(kind) - 1;
    return scenario.faults.filter((fault) => fault.run === run && fault.point === point).map((fault) => fault.kind);
  };

  /** Only between the question to Momento and the put of its answer can anything be lost for good. */
  const culprits: string[] = [];
  const noteCulprit = ({ action, input }: CloudCall, faults: readonly FaultKind[]): void => {
    const isStaging = String(input?.VersionStages).includes('momento-successor');
    if (action !== 'refresh' && !isStaging) return;
    for (const kind of faults) {
      const loses = isStaging ? losesBefore.has(kind) : losesAfter.has(kind);
      if (loses) culprits.push(`${isStaging ? 'put of the new token' : 'refresh'}: ${kind}`);
    }
  };

  const stop = (party: Party, plan: Plan | undefined): void => {
    const execution = running.get(party);
    if (execution === undefined || plan === undefined) return;
    execution.plan = plan;
    execution.abort.abort();
  };

  /** Has a call reach its service, or not, as the scenario says. */
  const sendFrom =
    (party: Party, invocation: Invocation | undefined, lose: (error: StatesError) => void): Send =>
    <T>(call: CloudCall, proceed: () => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        const isGone = (): boolean => invocation !== undefined && (invocation.dead || clock.now() >= invocation.endsAt);
        const effect = () => world.onBehalfOf(invocation, proceed);
        const isRefresh = call.action === 'refresh';
        const send = async (): Promise<T> => {
          const kind = kindOfCall(call);
          const faults = faultsNow(kind);
          noteCulprit(call, faults);
          trace(`${describe(call)}${faults.length > 0 ? ` [${faults.join(' ')}]` : ''}`);
          for (const each of faults.filter(isByOperator)) world.operate(each as 'import');
          const fault = faults.find((each) => !isByOperator(each));
          if (kind === 'publish' && fault !== undefined) troubles.alertsSpoilt += 1;
          if (isRefresh && invocation) world.note(() => facts.refreshing.add(invocation));
          checkAll();
          if (fault === undefined) {
            if ((troubles.downUntil.get(call.service) ?? 0) > clock.now()) throw unavailable(call);
            return effect();
          }
          const reply = spoils[fault as keyof typeof spoils]({
            call,
            timeline,
            troubles,
            effect,
            lose: (error, dies) => {
              if (invocation && dies) invocation.dead = true;
              lose(error);
            },
            later: async (milliseconds) => {
              await clock.sleep(milliseconds);
              return isGone() ? new Promise(() => {}) : effect();
            },
            abort: (then) => stop(party, plans[then === 'redrive' ? 'Redrive' : 'StartAnew']),
            operate: world.operate,
            deliverLate: (milliseconds) => {
              const isFirst = isRefresh && fault === 'late';
              if (isFirst) world.note(() => (facts.underWay += 1));
              timeline.at(clock.now() + milliseconds, () => {
                if (isFirst) facts.underWay -= 1;
                trace(`(late) ${describe(call)}`);
                effect().then(checkAll, checkAll);
              });
            },
          });
          return (await reply) as T;
        };
        timeline.act(party, () => {
          if (isGone()) return;
          timeline.pass(1);
          if (invocation) facts.calls.set(invocation.execution, (facts.calls.get(invocation.execution) ?? 0) + 1);
          send().then(
            (reply) => {
              if (isGone()) return;
              noteAnswer(call);
              checkAll();
              resolve(reply);
            },
            (error) => {
              if (isGone()) return;
              // A test that was answered with "forbidden" proves the token as well.
              const forbidden = (error as { code?: unknown }).code === 7;
              if (forbidden) noteAnswer(call);
              if (isRefresh && invocation) world.note(() => facts.refreshing.delete(invocation));
              checkAll();
              reject(error);
            },
          );
        });
      });

  const noteAnswer = ({ action, apiKey = '' }: CloudCall): void => {
    const token = action === 'listCaches' ? tokenOf(facts, apiKey) : undefined;
    if (token) token.workedAt = clock.now();
  };

  const runtime = {
    env,
    clock,
    write: (line: string) => scan(line, 'the log'),
  };

  const wired = (name: FunctionName, ports: ReturnType<World['portsFor']>): Handler => {
    const secrets = () => ports.secrets;
    const momento = () => ports.momento;
    if (name === 'Fetch') return wireFetch(runtime, secrets);
    if (name === 'Refresh') return wireRefresh(runtime, secrets, momento);
    if (name === 'Validate') return wireValidate(runtime, secrets, momento);
    return name === 'Promote' ? wirePromote(runtime, secrets) : wireAlert(runtime, () => ports.topic);
  };

  const partyOf = (execution: string): Party => (execution.startsWith('B') ? 'B' : 'A');

  /** A living function that got a token from Momento tries to store it as long as it has time. */
  const noteEnd = (invocation: Invocation): void => {
    invocation.ended = true;
    world.note(() => facts.refreshing.delete(invocation));
    const token = tokenOf(facts, held.get(invocation) ?? '');
    const hadTime = clock.now() < invocation.endsAt - 15_000;
    if (token && token.versionId === undefined && hadTime)
      world.note(() => facts.givenUp.push('a token in hand was given up'));
  };
  /** What Momento has answered, to whoever heard it. */
  const held = new Map<Invocation, string>();

  const handlerOf =
    (name: FunctionName): Handler =>
    async (payload, context) => {
      const {
        execution = '',
        action,
        rotation,
      } = payload as {
        execution?: string;
        action?: string;
        rotation?: { rejectedVersionIds?: string[]; candidateVersionId?: string | null };
      };
      const executionName = execution.split(':').at(-1) ?? '';
      const party = partyOf(executionName);
      const invocation: Invocation = {
        execution: executionName,
        functionName: name,
        endsAt: clock.now() + context.getRemainingTimeInMillis(),
        rejectedVersionIds: [...(rotation?.rejectedVersionIds ?? []), rotation?.candidateVersionId ?? ''],
        isRollBack: action === 'rollBack',
        dead: false,
        ended: false,
      };
      let lose = (_: StatesError): void => {};
      const lost = new Promise<never>((_, reject) => {
        lose = reject;
      });
      lost.catch(() => {});
      const send = sendFrom(party, invocation, (error) => lose(error));
      const noted: Send = async (call, effect) => {
        const reply = await send(call, effect);
        if (call.action === 'refresh') held.set(invocation, (reply as { apiKey: string }).apiKey);
        return reply;
      };
      const result = wired(name, world.portsFor(noted))(payload, context);
      result.then(
        () => noteEnd(invocation),
        () => noteEnd(invocation),
      );
      return Promise.race([result, lost]);
    };

  const handlers = Object.fromEntries(
    (['Fetch', 'Refresh', 'Validate', 'Promote', 'Alert'] as const).map((name) => [name, handlerOf(name)]),
  ) as Handlers;
  const publishing = world.portsFor(sendFrom('A', undefined, () => {}));
  const machine = createMachine(handlers, clock, { arn: topicArn, publish: publishing.publish }, definition);

  const follow = (party: Party, event: HistoryEvent): void => {
    const execution = running.get(party);
    const { stateExitedEventDetails: exited, stateEnteredEventDetails: entered } = event;
    if (entered) {
      trace(`${execution?.name} ${entered.name}`);
      scan(entered.input, `the input of ${entered.name}`);
    }
    scan(event.taskFailedEventDetails?.cause ?? '', 'a cause');
    const isBoundary = event.type === 'ExecutionStarted' || event.type === 'TaskStateExited';
    if (!isBoundary || execution === undefined) return;
    if (exited) scan(exited.output, `the output of ${exited.name}`);
    for (const kind of faultsNow('state')) {
      trace(`[${kind}]`);
      const [, how, then = ''] = /^(stop|timeOut)And(\w+)$/.exec(kind) ?? [];
      if (how === 'stop') stop(party, plans[then]);
      else {
        execution.plan = plans[then];
        timePassed = true;
        timeline.pass(3 * hour + 1000);
      }
    }
  };

  const conclude = (execution: Running, result: Execution): void => {
    const ending: Ending = {
      name: execution.name,
      status: result.status,
      error: result.error,
      cause: result.cause,
      output: result.output as Ending['output'],
      startedAt: result.startedAt,
      endedAt: result.stoppedAt,
      isStopped: execution.plan !== undefined || timePassed,
    };
    facts.endings.push(ending);
    trace(`${execution.name} ${result.status} ${result.error ?? JSON.stringify(result.output)} ${result.cause ?? ''}`);
    const alerts = world.alerts().filter((message) => message.includes(`:${execution.name}`)).length;
    const view = { ...world.view(), ending, alerts, alertsSpoilt: troubles.alertsSpoilt, accepts: world.accepts };
    for (const invariant of final) blame(invariant(view));
  };

  /** Starts an execution, and once more whenever it is stopped on purpose. */
  const drive = async (party: Party): Promise<Ending> => {
    let number = executions(party);
    const begin = async (stopped?: Execution): Promise<Execution> => {
      if (stopped === undefined) number += 1;
      const execution: Running = {
        name: stopped?.name ?? `${party}-${number}`,
        abort: new AbortController(),
        plan: undefined,
      };
      running.set(party, execution);
      const startOptions: StartOptions = {
        signal: execution.abort.signal,
        random: () => 0.5,
        watcher: { onEvent: (event) => follow(party, event) },
      };
      const result = stopped
        ? await machine.redrive(stopped, startOptions)
        : await machine.start({}, { ...startOptions, name: execution.name });
      conclude(execution, result);
      return result;
    };
    let result = await begin();
    for (;;) {
      const plan = running.get(party)?.plan;
      running.delete(party);
      if (plan === undefined || result.status === 'SUCCEEDED' || result.status === 'FAILED') break;
      await clock.sleep(plan.afterMilliseconds);
      result = await begin(plan.redrive ? result : undefined);
    }
    return facts.endings.at(-1) as Ending;
  };

  const executions = (party: Party): number =>
    new Set(facts.endings.filter(({ name }) => name.startsWith(party)).map(({ name }) => name)).size;

  /** Runs executions to their ends, and what they leave behind to its own. */
  const runDay = async (parties: readonly Party[]): Promise<Ending | undefined> => {
    let last: Ending | undefined;
    let left = parties.length;
    for (const party of parties) {
      timeline.act(party, () => {
        drive(party).then(
          (ending) => {
            last = ending;
            left -= 1;
          },
          (error: unknown) => {
            blame(`the machine broke: ${error instanceof Error ? error.message : String(error)}`);
            left -= 1;
          },
        );
      });
    }
    await timeline.run(() => left === 0);
    let isOver = false;
    timeline.at(clock.now() + day, () => {
      isOver = true;
    });
    await timeline.run(() => isOver);
    trace('— a day later');
    return last;
  };

  const labelOf = (label: string): string | undefined => world.labels().get(label);

  /** A day without faults: the run ends well and leaves nothing pending. */
  const cleanDay = async (): Promise<void> => {
    const ending = await runDay(['A']);
    run = 'clean';
    const { status, error = '', output } = ending ?? {};
    const outcome = String(output?.outcome);
    if (status !== 'SUCCEEDED') blame(`a run without faults failed: ${error}`);
    else if (!['rotated', 'resumed'].includes(outcome)) blame(`a run without faults ended as ${outcome}`);
    else if (output?.verified !== true) blame('a run without faults was not verified');
    if (labelOf('AWSPENDING') !== undefined) blame('a run without faults left something pending');
    const current = facts.byVersion.get(labelOf('AWSCURRENT') ?? '');
    if (!current || !world.accepts(current.bare)) blame('after a run without faults, the current token does not work');
  };

  /** Where no protocol can go on, the alert says so, and an import mends it. */
  const deadEnd = async (): Promise<string> => {
    const isLost = facts.tokens.some(({ byHand, versionId }) => byHand === undefined && versionId === undefined);
    // Momento takes a request that the network delivers twice for a theft, if reuse revokes the family.
    if (!isLost && !facts.duplicated) blame('nothing leads on, though no answer of Momento was lost');
    const ending = await runDay(['A']);
    run = 'clean';
    if (ending?.status !== 'FAILED' || ending.error !== 'RefreshRejected') {
      blame(`nothing leads on, and the run ended as ${ending?.status} ${ending?.error}`);
    }
    const alert = world.alerts().at(-1) ?? '';
    if (!alert.includes('critical') || !alert.includes('Make a new token')) blame('the alert does not say what to do');
    world.operate('import');
    await cleanDay();
    return culprits[0] ?? 'several faults together';
  };

  const untroubled = async (): Promise<Pick<Report, 'violations' | 'unrecoverable' | 'isKnown'>> => {
    if (isUnrecoverable(facts, world.labels(), world.momento.inspect)) {
      return { unrecoverable: await deadEnd(), violations, isKnown: false };
    }
    const sameEnd = known?.get(state);
    if (sameEnd) return { unrecoverable: undefined, violations: [...violations, ...sameEnd], isKnown: true };
    const before = violations.length;
    await cleanDay();
    await cleanDay();
    known?.set(state, violations.slice(before));
    return { unrecoverable: undefined, violations, isKnown: false };
  };

  await runDay(scenario.switches === undefined ? ['A'] : ['A', 'B']);
  const { acts, switches } = timeline.count();
  run = 2;
  if (scenario.faults.some((fault) => fault.run === 2)) {
    await runDay(['A']);
    run = 'clean';
  }
  const state = describeState(world);
  const end = await untroubled();
  return { ...end, points, acts, switches, state };
};

const describe = ({ action, input }: CloudCall): string => {
  const labels = input?.VersionStages ?? input?.VersionStage ?? '';
  const move = [input?.RemoveFromVersionId, input?.MoveToVersionId].map((id) => String(id ?? '').slice(-8)).join('→');
  return `  ${action} ${String(labels)} ${action === 'UpdateSecretVersionStage' ? move : String(input?.ClientRequestToken ?? input?.VersionId ?? '').slice(-8)}`;
};

/**
 * The secret and its tokens, with everything left out that a run a day later cannot tell: ids, names of executions, and times but
 * for their order.
 */
const describeState = ({ snapshot, facts, momento, storedValue }: World): string => {
  const versions = snapshot();
  const families = new Map<unknown, number>();
  return versions
    .map(({ versionId, labels }) => {
      const token = facts.byVersion.get(versionId);
      if (token === undefined) {
        const claim = JSON.parse(storedValue(versionId) ?? '{}') as Record<string, unknown>;
        const base = versions.findIndex((version) => version.versionId === claim.base);
        return `${claim.kind} ${claim.number} ${base} ${claim.outcomeUnknown} ${labels.join()}`;
      }
      let root = token;
      while (root.parent) root = root.parent;
      if (!families.has(root)) families.set(root, families.size);
      const { accepted, refreshable } = momento.inspect(token.bare);
      const base = versions.findIndex((version) => version.versionId === token.parent?.versionId);
      const number = /-t(\d+)-/.exec(versionId)?.[1] ?? token.byHand;
      return `token ${number} ${base} ${families.get(root)} ${accepted} ${refreshable} ${labels.join()}`;
    })
    .join('\n');
};
