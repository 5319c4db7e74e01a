import { parsed } from '../../functions/language/json';
import type { Definition } from '../../statemachine/states-language';
import { endingWords } from '../diagram/diagram';
import { type Attempt, type ExecutionHistory, retriesOf, type StateVisit } from '../history/execution-history';
import { outcomeOfVisit } from '../history/meaning';
import { messageIn } from '../history/told';
import { exactTime, shortDuration, times } from '../history/wording';
import { type Html, html, prose } from '../markup/html';
import { icon } from '../markup/icons';

/** A stretch of time, in milliseconds since 1970. */
interface Stretch {
  readonly kind: 'call' | 'failed' | 'wait';
  readonly from: number;
  readonly to: number;
}

/** The attempts of a state and the waits between them, without a gap. A state that is not a Task is one stretch. */
const stretchesOf = ({ attempts, enteredAt, leftAt }: StateVisit, seenAt: number): Stretch[] => {
  const end = leftAt ?? seenAt;
  if (attempts.length === 0) return [{ kind: 'call', from: enteredAt, to: end }];
  return attempts.flatMap((attempt, index): Stretch[] => {
    const from = index === 0 ? enteredAt : attempt.startedAt;
    const calledUntil = attempt.endedAt ?? attempts[index + 1]?.startedAt ?? end;
    const call: Stretch = { kind: attempt.failure ? 'failed' : 'call', from, to: calledUntil };
    const next = attempts[index + 1]?.startedAt ?? end;
    if (!attempt.failure) return [index === attempts.length - 1 ? { ...call, to: Math.max(calledUntil, end) } : call];
    return next > calledUntil ? [call, { kind: 'wait', from: calledUntil, to: next }] : [call];
  });
};

/** How wide a stretch is drawn. Logarithmic, so that calls of milliseconds and waits of minutes are both visible. */
const weightOf = ({ from, to }: Stretch): number => Math.log2(2 + Math.max(to - from, 0) / 20);

const trackWidth = 1000;

/** The stretches of each visit, on one axis for all visits. */
const tracksOf = ({ visits }: ExecutionHistory, seenAt: number): Html[] => {
  const all = visits.map((visit) => stretchesOf(visit, seenAt));
  const scale = trackWidth / all.flat().reduce((sum, stretch) => sum + weightOf(stretch), 0);
  let x = 0;
  return all.map((stretches) => {
    const bars = stretches.map((stretch) => {
      const width = weightOf(stretch) * scale;
      const bar = html`<rect class="${stretch.kind}" x="${x}" y="0" width="${Math.max(width - 1.5, 1)}" height="6"/>`;
      x += width;
      return bar;
    });
    return html`<svg class="track" viewBox="0 0 ${trackWidth} 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">${bars}</svg>`;
  });
};

const pretty = (text: string): string => {
  const data = parsed(text);
  return data === undefined ? text : JSON.stringify(data, null, 2);
};

/** Indented data. Lines that are not in `before` are marked. */
const showData = (title: string, text: string | undefined, before?: string): Html => {
  if (text === undefined) return html``;
  const known = before === undefined ? undefined : new Set(pretty(before).split('\n').map(withoutComma));
  const lines = pretty(text)
    .split('\n')
    .map((line) => (known && !known.has(withoutComma(line)) ? html`<mark>${line}</mark>\n` : html`${line}\n`));
  return html`<section class="data"><h4>${title}</h4><pre>${lines}</pre></section>`;
};

const withoutComma = (line: string): string => line.replace(/,$/, '');

const showAttempt = ({ attempts, leftAt }: StateVisit, attempt: Attempt, index: number, startedAt: number): Html => {
  const { failure, endedAt } = attempt;
  const next = attempts[index + 1];
  const wait = next && endedAt !== undefined ? `then waited ${shortDuration(next.startedAt - endedAt)}` : '';
  const result = failure
    ? html`<strong class="error">${failure.error || 'failed'}</strong> ${prose(messageIn(failure.cause))}`
    : html`${endedAt === undefined ? (next || leftAt !== undefined ? 'interrupted' : 'no answer yet') : 'succeeded'}`;
  const took = endedAt === undefined ? '' : shortDuration(endedAt - attempt.startedAt);
  return html`<li><span class="when">Attempt ${index + 1}, at +${shortDuration(attempt.startedAt - startedAt)}${took === '' ? '' : `, ${took}`}</span> <span>${result}</span>${wait === '' ? undefined : html` <span class="wait">${wait}</span>`}</li>`;
};

const showAttempts = (visit: StateVisit, startedAt: number): Html => {
  if (visit.attempts.length === 0) return html``;
  const attempts = visit.attempts.map((attempt, index) => showAttempt(visit, attempt, index, startedAt));
  return html`<section><h4>${visit.attempts.length === 1 ? 'Call' : 'Attempts'}</h4><ol class="tries">${attempts}</ol></section>`;
};

const showFailure = ({ failure, status }: ExecutionHistory): Html =>
  failure && (failure.error || failure.cause)
    ? html`<section><h4>Error</h4><p><strong class="error">${failure.error || status}</strong> ${prose(messageIn(failure.cause))}</p></section>`
    : html``;

const showVisit = (
  { history, definition, seenAt }: TimelineOptions,
  visit: StateVisit,
  index: number,
  track: Html,
): Html => {
  const { stateName, type, ending, enteredAt, leftAt } = visit;
  const next = history.visits[index + 1]?.stateName;
  const retries = retriesOf(visit);
  const outcome = outcomeOfVisit(visit, next);
  const isEnd = index === history.visits.length - 1 && (ending === 'failed' || ending === 'stopped');
  return html`<li><details class="visit ${type.toLowerCase()} ${ending}" id="visit-${index + 1}" data-state="${stateName}"><summary>
<span class="mark">${icon(type === 'Choice' ? 'choice' : ending)}<span class="spoken">${endingWords[ending]}: </span></span>
<span class="name">${stateName}</span>
<span class="outcome">${retries > 0 ? html`<span class="retries">${icon('retried')}${times(retries, 'retry', 'retries')}</span> ` : undefined}${prose(outcome)}</span>
<span class="at">+${shortDuration(enteredAt - history.startedAt)}</span>
<span class="took">${shortDuration((leftAt ?? seenAt) - enteredAt)}</span>
${track}</summary>
<div class="inside">
<p class="about">${definition.States[stateName]?.Comment ?? ''} <span class="when">Entered at ${exactTime(enteredAt)}.</span></p>
${isEnd ? showFailure(history) : undefined}${showAttempts(visit, history.startedAt)}
<div class="both">${showData('Input', visit.input)}${showData('Output', visit.output, visit.input)}</div>
</div></details></li>
`;
};

interface TimelineOptions {
  readonly history: ExecutionHistory;
  readonly definition: Definition;
  /** Epoch milliseconds: when the history was read. */
  readonly seenAt: number;
}

/** All visits in order, each with its outcome, time and duration. An opened visit also shows its data. */
export const showTimeline = (options: TimelineOptions): Html => {
  const tracks = tracksOf(options.history, options.seenAt);
  const visits = options.history.visits.map((visit, index) =>
    showVisit(options, visit, index, tracks[index] ?? html``),
  );
  return html`<ol class="timeline">${visits}</ol>`;
};
