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

// One execution of a case shows all that is asked of it: the rights of the stack's template are in force, the token can be recognised
// anywhere, every refusal quotes it (errors are told apart by their codes, never by what they say), and the execution is printed and
// reported as `npm start` does it.

/** What one execution came to. */
export interface Observed {
  readonly execution: Execution;
  readonly alerts: Round['alerts'];
  /** How often Momento was asked for a new token. */
  readonly refreshes: number;
  /** What was asked of AWS, and whether it was allowed. */
  readonly uses: readonly Use[];
  /** Where each label is at the end. */
  readonly labels: Readonly<Record<string, string>>;
  /** Which versions are current: there should be one. */
  readonly current: readonly string[];
  /** What the functions logged, line by line. */
  readonly lines: readonly string[];
  /** What else anybody may come to see: the history, alerts, the terminal, `--json`, the report. */
  readonly seen: readonly string[];
  /** What must not show there. */
  readonly tokens: readonly string[];
}

/** A stack with customer keys, which needs the most rights. A token of one day outlives its next scheduled run. */
export const observedStack = (): Promise<Template> =>
  synthesize({
    secretKmsKeyArn: customerKeys.secretKey,
    topicKmsKeyArn: customerKeys.topicKey,
    schedule: 'rate(1 hour)',
  });

/** @returns what runs a case under the policies of this template */
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
