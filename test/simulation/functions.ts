import type { Handler } from '../../functions/adapters/runtime';
import { type FunctionName, functionNames } from '../../functions/contract/functions';
import type { StatesError } from '../../local/interpreter/states-error';
import { type Handlers, wireHandler } from '../../local/machine/machine';
import { type Invocation, tokenOf } from './facts';
import type { ScenarioRun } from './scenario-run';
import { type AbortPlans, createSend } from './sending';
import { type Send, secretName, topicArn, type World } from './simulated-cloud';
import type { Party } from './timeline';

const env = { DEFAULT_SECRET_NAME: secretName, ALERT_TOPIC_ARN: topicArn };
const unvalidated = { ...env, SKIP_VALIDATION: 'true' };

export const partyOf = (execution: string): Party => (execution.startsWith('B') ? 'B' : 'A');

/** The fields of a step's input that matter here. */
interface Payload {
  readonly execution?: string;
  readonly action?: string;
  readonly rotation?: { readonly rejectedVersionIds?: readonly string[]; readonly candidateVersionId?: string | null };
}

/** With this much time left, an invocation that received a token must keep trying to store it. */
const spareMilliseconds = 15_000;

/** The deployed functions. Each invocation has its own ports, so that its calls can be told apart. */
export const createFunctions = (scenarioRun: ScenarioRun, plans: AbortPlans): Handlers => {
  const { world } = scenarioRun;
  const { facts, timeline } = world;
  const { clock } = timeline;
  const runtime = {
    env: world.circumstance === 'unvalidated' ? unvalidated : env,
    clock,
    write: (line: string) => scenarioRun.scan(line, 'the log'),
  };

  const wire = (name: FunctionName, { secrets, momento, topic }: ReturnType<World['portsFor']>): Handler =>
    wireHandler(name, runtime, { secrets: () => secrets, momento: () => momento, topic: () => topic });

  const noteEnd = (invocation: Invocation, held: string | undefined): void => {
    world.note(() => facts.refreshing.delete(invocation));
    const token = held === undefined ? undefined : tokenOf(facts, held);
    const hadTime = clock.now() < invocation.endsAt - spareMilliseconds;
    if (token && token.versionId === undefined && hadTime) {
      world.note(() => facts.givenUp.push('an invocation gave up a token that it had received'));
    }
  };

  const handlerOf =
    (name: FunctionName): Handler =>
    async (payload, context) => {
      const { execution = '', action, rotation } = payload as Payload;
      const executionName = execution.split(':').at(-1) ?? '';
      const invocation: Invocation = {
        execution: executionName,
        endsAt: clock.now() + context.getRemainingTimeInMillis(),
        rejectedVersionIds: [...(rotation?.rejectedVersionIds ?? []), rotation?.candidateVersionId ?? ''],
        isRollBack: action === 'rollBack',
        doubtful: undefined,
        hasAsked: false,
        dead: false,
      };
      let lose = (_: StatesError): void => {};
      const lost = new Promise<never>((_, reject) => {
        lose = reject;
      });
      lost.catch(() => {});
      let held: string | undefined;
      const send = createSend(scenarioRun, plans, {
        party: partyOf(executionName),
        invocation,
        lose: (error) => lose(error),
      });
      const noted: Send = async (call, effect) => {
        const reply = await send(call, effect);
        if (call.action === 'refresh') held = (reply as { apiKey: string }).apiKey;
        return reply;
      };
      const result = wire(name, world.portsFor(noted))(payload, context).finally(() => noteEnd(invocation, held));
      // A lost invocation continues, and nothing awaits its result.
      result.catch(() => {});
      return Promise.race([result, lost]);
    };

  return Object.fromEntries(functionNames.map((name) => [name, handlerOf(name)])) as Handlers;
};
