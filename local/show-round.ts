import { shortId, type VersionId } from '../functions/contract/names';
import { spokenDuration, spokenTime } from '../functions/language/time';
import { type Progress, showProgress, waitsAhead } from '../report/history/progress';
import { printWrapped, type Terminal } from '../terminal/terminal';
import type { EmbeddedCloud } from './cloud/embedded-cloud';
import type { Options } from './options';
import { labelledVersions, type Round } from './round';

const showVersions = (terminal: Terminal, title: string, versions: Round['versions']): void => {
  terminal.print(terminal.paint('bold', title));
  for (const { versionId, labels } of versions) {
    terminal.print(`  ${shortId(versionId as VersionId).padEnd(12)} ${labels.join(', ')}`);
  }
  terminal.print();
};

const showAlert = (terminal: Terminal, { subject, body }: Round['alerts'][number]): void => {
  terminal.print(terminal.paint('bold', 'Alert as sent to e-mail subscribers'));
  // Not wrapped, so that commands and links can be copied.
  for (const line of [`Subject: ${subject}`, '', ...body.split('\n')]) terminal.print(`  ${line}`.trimEnd());
  terminal.print();
};

const isUnverified = (round: Round): boolean =>
  (round.outcome === 'rotated' || round.outcome === 'resumed') && !round.verified;

const summaryOf = (round: Round, skippedSeconds: number): string => {
  const { momentoRefresh, momentoCheck, secretReads, secretWrites } = round.calls;
  const skipped = skippedSeconds >= 1 ? `, plus ${spokenDuration(skippedSeconds)} of skipped waits` : '';
  const result =
    round.outcome === 'failed'
      ? `Failed in ${round.step}: ${round.error}.`
      : `Outcome: ${round.outcome}${isUnverified(round) ? ', not verified' : ''}${
          round.validUntil === null ? '' : `; the current token is valid until ${spokenTime(round.validUntil)}`
        }.`;
  return (
    `${result} Took ${(round.durationMs / 1000).toFixed(1)} s${skipped}. ` +
    `Calls: Momento ${momentoRefresh} refresh, ${momentoCheck} ${momentoCheck === 1 ? 'check' : 'checks'}; Secrets Manager ${secretReads} reads, ${secretWrites} writes.`
  );
};

/**
 * Runs one execution and shows it to a person: the versions before, the states as they come, alerts, the versions
 * after, a summary.
 * @param skippedMilliseconds how much waiting was skipped so far
 */
export const showRound = async <Ran extends { readonly round: Round }>(
  terminal: Terminal,
  cloud: EmbeddedCloud,
  { secret, realTime }: Pick<Options, 'secret' | 'realTime'>,
  run: (progress: Progress) => Promise<Ran>,
  skippedMilliseconds: () => number,
): Promise<Ran> => {
  showVersions(terminal, 'Versions before', labelledVersions(cloud, secret));
  const skippedBefore = skippedMilliseconds();
  const ran = await run(showProgress(terminal, waitsAhead(realTime)));
  const { round } = ran;
  terminal.print();
  for (const alert of round.alerts) showAlert(terminal, alert);
  if (round.outcome === 'failed' && round.alerts.length === 0) terminal.print('No alert reached the subscribers.\n');
  showVersions(terminal, 'Versions after', round.versions);
  printWrapped(terminal, summaryOf(round, (skippedMilliseconds() - skippedBefore) / 1000));
  return ran;
};
