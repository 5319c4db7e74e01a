import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shortId, type VersionId } from '../../functions/contract/names';
import { asFields, parsed } from '../../functions/language/json';
import { spokenTime } from '../../functions/language/time';
import { CLAIM, CURRENT, PENDING, PREVIOUS, SUCCESSOR } from '../../functions/secret/versions';
import type { Definition } from '../../statemachine/states-language';
import { drawDiagram } from '../diagram/diagram';
import { layOut } from '../diagram/layout';
import { retriesOf } from '../history/execution-history';
import type { Versions } from '../history/labels';
import { type Execution, type Explanation, type Meaning, meaningOf } from '../history/meaning';
import { exactTime, shortDuration } from '../history/wording';
import { type Html, html, markup, prose } from '../markup/html';
import { type IconName, icon } from '../markup/icons';
import { themeStyles } from '../markup/themes';
import { showTimeline } from './timeline';

interface ReportInput extends Execution {
  readonly definition: Definition;
  readonly versions: Versions;
  /** The execution in the Step Functions console; `undefined` for a local run. */
  readonly consoleUrl: string | undefined;
  /** How the execution was run, for the reader of the page. */
  readonly remark: string | undefined;
}

/** How a report file begins. A file that begins otherwise is not a report and must not be overwritten. */
export const reportBeginning = '<!doctype html>\n<html lang="en" data-report="momento-rotation">';

const fileBeside = (name: string): string => readFileSync(join(__dirname, name), 'utf8');

const toneIcons: Readonly<Record<Meaning['tone'], IconName>> = {
  good: 'succeeded',
  warning: 'caught',
  critical: 'failed',
  running: 'running',
};

const showExplanation = ({
  happened,
  applications,
  advice,
  command,
}: Explanation): Html => html`<section class="explanation" aria-label="The failure explained">
<div><h2>What happened</h2><p>${prose(happened)}</p></div>
${applications === undefined ? undefined : html`<div><h2>For applications</h2><p>${prose(applications)}</p></div>`}
<div><h2>What to do</h2><p>${prose(advice)}</p>${command === undefined ? undefined : html`<pre>${command}</pre>`}</div>
</section>`;

const fact = (name: string, value: Html | string): Html => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

const showFacts = ({ history, arn, seenAt, consoleUrl }: ReportInput, secretName: string): Html => {
  const { startedAt, endedAt, redrives } = history;
  const retries = history.visits.reduce((sum, visit) => sum + retriesOf(visit), 0);
  const { validUntil } = asFields(parsed(history.output));
  const name = arn.split(':').at(-1) ?? arn;
  return html`<dl class="facts">
${fact('Secret', secretName)}
${fact('Started', exactTime(startedAt))}
${endedAt === undefined ? fact('Seen', exactTime(seenAt)) : fact('Took', shortDuration(endedAt - startedAt))}
${fact('Retries', String(retries))}
${redrives > 0 ? fact('Redriven', String(redrives)) : undefined}
${typeof validUntil === 'number' ? fact('Token valid until', spokenTime(validUntil)) : undefined}
${fact('Execution', consoleUrl === undefined ? name : html`<a href="${consoleUrl}" rel="noreferrer">${name}</a>`)}
</dl>`;
};

const labelOrder: readonly string[] = [CURRENT, PREVIOUS, PENDING, SUCCESSOR, CLAIM];

const labelMeanings: Readonly<Record<string, string>> = {
  [CURRENT]: 'what applications read',
  [PREVIOUS]: 'what applications read before',
  [PENDING]: 'a new token that is not yet current',
  [SUCCESSOR]: 'the latest token that a rotation created',
  [CLAIM]: 'the latest refresh claim; holds no token',
};

const showVersion = (versionId: VersionId | undefined): Html =>
  versionId === undefined
    ? html`<span class="none">none</span>`
    : html`<code title="${versionId}">${shortId(versionId)}</code>`;

const sourceOf = ({ source, uncertain }: Versions, isRunning: boolean): string => {
  const upTo = isRunning ? ' so far' : '';
  if (source === 'seen') return 'Read from Secrets Manager just before and just after the execution.';
  const doing = isRunning ? 'has not ended: it may have moved labels.' : 'failed: it may still have moved labels.';
  const doubt = uncertain ? ` The last state that writes ${doing}` : '';
  return `Labels${upTo} according to this execution’s own data.${doubt} npx momento-rotation status shows the current labels.`;
};

const showVersions = (versions: Versions, isRunning: boolean): Html => {
  const { before, after } = versions;
  const known = labelOrder.filter((label) => label in before || label in after);
  if (known.length === 0) return html`<p class="note">The execution did not read the secret’s versions.</p>`;
  const rows = known.map((label) => {
    // An execution's data does not say where these labels were before it.
    const isUnknown =
      versions.source === 'told' && before[label] === undefined && label !== CURRENT && label !== PENDING;
    const changed = !isUnknown && before[label] !== after[label];
    return html`<tr${changed ? markup(' class="changed"') : undefined}><th scope="row"><code>${label}</code><span class="gloss">${labelMeanings[label] ?? ''}</span></th><td>${isUnknown ? html`<span class="none">unknown</span>` : showVersion(before[label])}</td><td>${showVersion(after[label])}${changed ? html`<span class="spoken"> changed</span>` : undefined}</td></tr>`;
  });
  return html`<table><thead><tr><th scope="col">Label</th><th scope="col">Before</th><th scope="col">${isRunning ? 'So far' : 'After'}</th></tr></thead><tbody>${rows}</tbody></table>
<p class="note">${sourceOf(versions, isRunning)}</p>`;
};

const legend: readonly (readonly [string, string, IconName])[] = [
  ['succeeded', 'succeeded', 'succeeded'],
  ['retried', 'number of retries', 'retried'],
  ['caught', 'failed, and was caught', 'caught'],
  ['failed', 'failed', 'failed'],
  ['running', 'running', 'running'],
  ['unreached', 'not reached', 'pass'],
];

const showLegend = (): Html =>
  html`<ul class="legend">${legend.map(([name, text, iconName]) => html`<li class="${name}">${name === 'unreached' ? html`<span class="blank"></span>` : icon(iconName)}${text}</li>`)}</ul>`;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

/** The page is self-contained: the policy allows it to fetch and send nothing. */
const policyFor = (styles: string, script: string): string =>
  `default-src 'none'; style-src 'sha256-${sha256(styles)}'; script-src 'sha256-${sha256(script)}'; img-src data:; base-uri 'none'; form-action 'none'`;

/** In cascade order: the print styles override the others. */
const styleFiles = ['../diagram/diagram.css', 'page.css', 'cards.css', 'timeline.css', 'print.css'];

const styles = (): string => [themeStyles(), ...styleFiles.map(fileBeside)].join('\n');

/**
 * An execution as one self-contained HTML page: its meaning, the state machine with the path that the execution took,
 * the secret's versions, and every state with its data.
 */
export const reportPage = async (input: ReportInput): Promise<string> => {
  const { definition, history, arn, seenAt, versions, remark } = input;
  const meaning = meaningOf(input);
  const isRunning = history.endedAt === undefined;
  const diagram = drawDiagram(definition, await layOut(definition), {
    history,
    label:
      'The state machine, with the path that this execution took. The states that it entered link to their entries in the timeline.',
  });
  const [css, script] = [styles(), fileBeside('behaviour.js')];
  const page = html`<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${markup(policyFor(css, script))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${meaning.word}: rotation of ${meaning.secretName}, ${exactTime(history.startedAt)}</title>
<style>${markup(css)}</style>
</head>
<body class="${meaning.tone}">
<a class="skip" href="#timeline">To the timeline</a>
<header>
<p class="eyebrow"><span class="badge">${icon(toneIcons[meaning.tone])}${meaning.word}</span> Rotation of a Momento token</p>
<h1>${prose(meaning.sentence)}</h1>
${showFacts(input, meaning.secretName)}
${remark === undefined ? undefined : html`<p class="note">${remark}</p>`}
</header>
<main>
${meaning.explanation && showExplanation(meaning.explanation)}
<div class="columns">
<section class="card machine" aria-labelledby="machine"><h2 id="machine">State machine</h2>
${showLegend()}
<div class="scroll" tabindex="0" role="region" aria-label="The state machine, drawn">${diagram}</div></section>
<div class="column">
<section class="card" aria-labelledby="versions"><h2 id="versions">The secret’s versions</h2>
${showVersions(versions, isRunning)}</section>
<section class="card" aria-labelledby="timeline"><div class="bar"><h2 id="timeline" tabindex="-1">Timeline</h2><button type="button" data-action="all" hidden>Open all</button></div>
<p class="note">Open a state to see its input, output and errors. The time scale is not linear: long waits are drawn shorter.</p>
${showTimeline({ history, definition, seenAt })}</section>
</div>
</div>
</main>
<footer><p>Generated at ${exactTime(seenAt)} from the history of <code>${arn}</code>. The states pass only ids, times, outcomes and verdicts to each other; text that looks like a token is hidden.</p></footer>
<script>${markup(script)}</script>
</body>
</html>
`;
  return `${reportBeginning}\n${page.html}`;
};
