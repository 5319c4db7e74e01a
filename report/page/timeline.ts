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
  readonly kind: 'call' | 'trouble' | 'wait';
  readonly from: number;
  readonly to: number;
}

/** The tries of a state and the waits between them, without a gap; what is no task is one stretch. */
const stretchesOf = ({ attempts, enteredAt, leftAt }: StateVisit, seenAt: number): Stretch[] => {
  const end = leftAt ?? seenAt;
  if (attempts.length === 0) return [{ kind: 'call', from: enteredAt, to: end }];
  return attempts.flatMap((attempt, index): Stretch[] => {
    const from = index === 0 ? enteredAt : attempt.startedAt;
    const calledUntil = attempt.endedAt ?? attempts[index + 1]?.startedAt ?? end;
    const call: Stretch = { kind: attempt.trouble ? 'trouble' : 'call', from, to: calledUntil };
    const next = attempts[index + 1]?.startedAt ?? end;
    if (!attempt.trouble) return [index === attempts.length - 1 ? { ...call, to: Math.max(calledUntil, end) } : call];
    return next > calledUntil ? [call, { kind: 'wait', from: calledUntil, to: next }] : [call];
  });
};

/** How wide a stretch is drawn: calls of milliseconds and waits of minutes must both be seen. */
const weightOf = ({ from, to }: Stretch): number => Math.log2(2 + Math.max(to - from, 0) / 20);

const trackWidth = 1000;

/** Each visit's stretches on one axis that all share. */
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

/** Data as people read it, with the lines marked that `before` does not have. */
const showData = (title: string, text: string | undefined, before?: string): Html => {
  if (text === undefined) return html``;
  const known = before === undefined ? undefined : new Set(pretty(before).split('\n').map(withoutComma));
  const lines = pretty(text)
    .split('\n')
    .map((line) => (known && !known.has(withoutComma(line)) ? html`<mark>${line}</mark>\n` : html`${line}\n`));
  return html`<section class="data"><h4>${title}</h4><pre>${lines}</pre></section>`;
};

const withoutComma = (line: string): string => line.replace(/,$/, '');

const showTry = ({ attempts, leftAt }: StateVisit, attempt: Attempt, index: number, startedAt: number): Html => {
  const { trouble, endedAt } = attempt;
  const next = attempts[index + 1];
  const wait = next && endedAt !== undefined ? `then waited ${shortDuration(next.startedAt - endedAt)}` : '';
  const result = trouble
    ? html`<strong class="error">${trouble.error || 'failed'}</strong> ${prose(messageIn(trouble.cause))}`
    : html`${endedAt === undefined ? (next || leftAt !== undefined ? 'cut off' : 'no answer yet') : 'succeeded'}`;
  const took = endedAt === undefined ? '' : shortDuration(endedAt - attempt.startedAt);
  return html`<li><span class="when">Try ${index + 1}, at +${shortDuration(attempt.startedAt - startedAt)}${took === '' ? '' : `, ${took}`}</span> <span>${result}</span>${wait === '' ? undefined : html` <span class="wait">${wait}</span>`}</li>`;
};

const showTries = (visit: StateVisit, startedAt: number): Html => {
  if (visit.attempts.length === 0) return html``;
  const tries = visit.attempts.map((attempt, index) => showTry(visit, attempt, index, startedAt));
  return html`<section><h4>${visit.attempts.length === 1 ? 'The call' : 'Tries'}</h4><ol class="tries">${tries}</ol></section>`;
};

const showTrouble = ({ trouble, status }: ExecutionHistory): Html =>
  trouble && (trouble.error || trouble.cause)
    ? html`<section><h4>Error</h4><p><strong class="error">${trouble.error || status}</strong> ${prose(messageIn(trouble.cause))}</p></section>`
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
${isEnd ? showTrouble(history) : undefined}${showTries(visit, history.startedAt)}
<div class="both">${showData('Input', visit.input)}${showData('Output', visit.output, visit.input)}</div>
</div></details></li>
`;
};

export interface TimelineOptions {
  readonly history: ExecutionHistory;
  readonly definition: Definition;
  /** Epoch milliseconds: when it was looked at. */
  readonly seenAt: number;
}

/** All states in their order, each with what came of it, when, and for how long; opened, with its data. */
export const showTimeline = (options: TimelineOptions): Html => {
  const tracks = tracksOf(options.history, options.seenAt);
  const visits = options.history.visits.map((visit, index) =>
    showVisit(options, visit, index, tracks[index] ?? html``),
  );
  return html`<ol class="timeline">${visits}</ol>`;
};
