import { bothWatchers, type Execution } from '../../local/machine/machine';
import { labelledVersions, type Round, runRound } from '../../local/round';
import { reportOfRound } from '../../local/round-report';
import { showRound } from '../../local/show-round';
import { createTerminal } from '../../terminal/terminal';
import { secretName } from '../cloud';
import { customerKeys, enforcing, type Use } from '../infra/enforced';
import { synthesize, type Template } from '../infra/template';
import { markedDocument, tokensIn } from '../token-traces';
import type { Case } from './cases';
import { withFailure } from './provoked';

// One execution of a case serves all tests. The policies of the stack's template are enforced, the token can be
// recognised anywhere, every refusal quotes it (errors are told apart by their codes, never by their messages), and the
// execution is printed and reported as by `npm start`.

/** The results of one execution. */
export interface Observed {
  readonly execution: Execution;
  readonly alerts: Round['alerts'];
  /** How often Momento refreshed the token. */
  readonly refreshes: number;
  /** The calls to AWS, and whether they were allowed. */
  readonly uses: readonly Use[];
  /** From label to version id, at the end. */
  readonly labels: Readonly<Record<string, string>>;
  /** The versions with AWSCURRENT: there should be one. */
  readonly current: readonly string[];
  /** The log lines of the functions. */
  readonly lines: readonly string[];
  /** The other outputs: the history, alerts, the terminal, `--json`, the report. */
  readonly seen: readonly string[];
  /** The texts that must not appear there. */
  readonly tokens: readonly string[];
}

/**
 * A stack with customer managed keys, which needs the most rights. A token of one day is valid beyond the next
 * scheduled run.
 */
export const observedStack = (): Promise<Template> =>
  synthesize({
    secretKmsKeyArn: customerKeys.secretKey,
    topicKmsKeyArn: customerKeys.topicKey,
    schedule: 'rate(1 hour)',
  });

/** @returns a function that runs a case under the policies of this template */
export const observing = (template: Template) => {
  const within = enforcing(template, customerKeys);
  return ({ failing, input }: Case): Promise<Observed> => {
    const document = markedDocument();
    let printed = '';
    const terminal = createTerminal({ write: (text) => (printed += text) }, {});
    return withFailure(
      within,
      failing,
      { document, refusal: `refused: ${document}` },
      async ({ cloud, machine, clock }, watcher) => {
        const before = labelledVersions(cloud, secretName);
        const options = { secret: secretName, realTime: false };
        const ran = await showRound(
          terminal,
          cloud,
          options,
          (progress) => runRound(cloud, machine, secretName, input, bothWatchers(progress, watcher)),
          clock.skipped,
        );
        const report = await reportOfRound({ machine, ...ran, secretName, watched: secretName, before });
        return { ...ran, report };
      },
      ({ cloud, lines, uses }, { execution, round, report }) => ({
        execution,
        alerts: round.alerts,
        refreshes: round.calls.momentoRefresh,
        uses,
        labels: Object.fromEntries(cloud.secretsManager.labels(secretName)),
        current: cloud.secretsManager
          .snapshot(secretName)
          .filter(({ labels }) => labels.includes('AWSCURRENT'))
          .map(({ versionId }) => versionId),
        lines,
        seen: [JSON.stringify(execution), JSON.stringify(round), printed, report],
        tokens: tokensIn(cloud, secretName),
      }),
    );
  };
};
