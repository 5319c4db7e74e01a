import type { Definition, State } from '../../statemachine/states-language';
import { type Ending, type ExecutionHistory, retriesOf, type StateVisit } from '../history/execution-history';
import { times } from '../history/wording';
import { type Html, html, markup } from '../markup/html';
import { type IconName, iconPath } from '../markup/icons';
import type { Edge } from './graph';
import { type PlacedLabel, placeLabels } from './label-places';
import type { Layout, Line, Place, Point } from './layout';

/** What an execution did in a state. */
interface Trace {
  readonly ending: Ending;
  readonly visits: number;
  readonly retries: number;
  /** The index of the last visit among all visits. */
  readonly last: number;
}

/** A trace for each state that was entered. */
const tracesOf = ({ visits }: ExecutionHistory): ReadonlyMap<string, Trace> => {
  const traces = new Map<string, Trace>();
  visits.forEach((visit, index) => {
    const earlier = traces.get(visit.stateName);
    traces.set(visit.stateName, {
      ending: visit.ending,
      visits: (earlier?.visits ?? 0) + 1,
      retries: (earlier?.retries ?? 0) + retriesOf(visit),
      last: index,
    });
  });
  return traces;
};

const wasTaken = ({ from, to, kind }: Edge, visits: readonly StateVisit[]): boolean =>
  visits.some(
    ({ stateName, ending }, index) =>
      stateName === from && visits[index + 1]?.stateName === to && (ending === 'caught') === (kind === 'catch'),
  );

export const endingWords: Readonly<Record<Ending, string>> = {
  succeeded: 'succeeded',
  caught: 'failed, and was caught',
  failed: 'failed',
  stopped: 'stopped here',
  running: 'running',
};

/** "succeeded after 2 retries, the last of 2 visits". */
const spokenTrace = ({ ending, retries, visits }: Trace): string =>
  `${endingWords[ending]}${retries > 0 ? ` after ${times(retries, 'retry', 'retries')}` : ''}${
    visits > 1 ? `, the last of ${visits} visits` : ''
  }`;

const iconOf = ({ Type, Resource = '' }: State): IconName => {
  if (Type === 'Task') return Resource.includes(':lambda:') ? 'task' : 'message';
  if (Type === 'Succeed') return 'succeeded';
  if (Type === 'Fail') return 'failed';
  return Type === 'Choice' ? 'choice' : 'pass';
};

const at = ({ x, y }: Point): Html => html`${x} ${y}`;

/** A Choice is a hexagon; an end state has round ends. */
const shapeOf = (type: string, { x, y, width, height }: Place): Html => {
  const [left, right, top, bottom] = [x - width / 2, x + width / 2, y - height / 2, y + height / 2];
  if (type === 'Choice') {
    const corner = 13;
    return html`<path class="shape" d="M${left} ${y}L${left + corner} ${top}H${right - corner}L${right} ${y}L${right - corner} ${bottom}H${left + corner}Z"/>`;
  }
  const radius = type === 'Succeed' || type === 'Fail' ? height / 2 : 7;
  return html`<rect class="shape" x="${left}" y="${top}" width="${width}" height="${height}" rx="${radius}"/>`;
};

const badge = ({ x, y, width, height }: Place, { retries }: Trace): Html => {
  if (retries === 0) return html``;
  const text = `${retries}×`;
  const [right, top, size] = [x + width / 2 + 7, y - height / 2 - 9, 25 + text.length * 7];
  return html`<g class="badge"><rect x="${right - size}" y="${top}" width="${size}" height="19" rx="9.5"/>
<g class="icon" transform="translate(${right - size + 6} ${top + 3.5}) scale(.75)">${iconPath('retried')}</g>
<text x="${right - 8}" y="${top + 13.5}" text-anchor="end">${text}</text></g>`;
};

const drawState = (place: Place, state: State, trace: Trace | undefined): Html => {
  const { stateName, x, y, width } = place;
  const classes = `state ${state.Type.toLowerCase()} ${trace?.ending ?? 'unreached'}`;
  const left = x - width / 2 + (state.Type === 'Choice' ? 17 : 13);
  const drawing = html`${shapeOf(state.Type, place)}
<g class="icon" transform="translate(${left} ${y - 8})">${iconPath(trace?.ending ?? iconOf(state))}</g>
<text x="${left + 23}" y="${y + 5}">${stateName}</text>`;
  const title = html`<title>${state.Comment ?? stateName}</title>`;
  if (!trace) return html`<g class="${classes}">${title}${drawing}</g>\n`;
  return html`<a class="${classes}" href="#visit-${trace.last + 1}" data-state="${stateName}" aria-label="${stateName}: ${spokenTrace(trace)}">${title}${drawing}${badge(place, trace)}</a>\n`;
};

/** An arrowhead from the end of the line to its tip. */
const arrow = (base: Point, tip: Point): Html => {
  const [dx, dy] = [tip.x - base.x, tip.y - base.y];
  const length = Math.hypot(dx, dy) || 1;
  const [acrossX, acrossY] = [(-dy / length) * 3.6, (dx / length) * 3.6];
  return html`<path class="arrow" d="M${at(tip)}L${base.x + acrossX} ${base.y + acrossY}L${base.x - acrossX} ${base.y - acrossY}Z"/>`;
};

const drawLabel = ({ line, x, y, anchor }: PlacedLabel, isTaken: boolean): Html =>
  html`<text class="label${isTaken ? ' taken' : ''}" x="${x}" y="${y + 4}" text-anchor="${anchor}">${line.edge.label}</text>\n`;

const drawLine = ({ edge, points, tip }: Line, isTaken: boolean): Html => {
  const [start = tip, ...rest] = points;
  const curves = html`M${at(start)}C${markup(rest.map((point) => at(point).html).join(' '))}`;
  return html`<g class="line ${edge.kind}${isTaken ? ' taken' : ''}"><path class="curve" d="${curves}"/>${arrow(rest.at(-1) ?? start, tip)}</g>\n`;
};

interface DiagramOptions {
  /** The execution whose path is coloured. Without it, the states are coloured by kind. */
  readonly history?: ExecutionHistory;
  readonly label: string;
  /** Goes before everything that is drawn: the styles and the background of a standalone picture. */
  readonly first?: Html;
}

/** A state machine as SVG, without styles: they are in diagram.css. States that were entered link to `#visit-N`. */
export const drawDiagram = (
  definition: Definition,
  layout: Layout,
  { history, label, first }: DiagramOptions,
): Html => {
  const traces = history ? tracesOf(history) : new Map<string, Trace>();
  const isTaken = ({ edge }: Line): boolean => history !== undefined && wasTaken(edge, history.visits);
  // Lines that were taken are drawn last, on top of the others.
  const lines = [...layout.lines].sort((one, other) => Number(isTaken(one)) - Number(isTaken(other)));
  const states = layout.places.flatMap((place) => {
    const state = definition.States[place.stateName];
    return state ? [drawState(place, state, traces.get(place.stateName))] : [];
  });
  const { width, height } = layout;
  return html`<svg class="diagram ${history ? 'of-execution' : 'of-machine'}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="${history ? 'group' : 'img'}" aria-label="${label}">${first}
<g aria-hidden="true">
${lines.map((line) => drawLine(line, isTaken(line)))}${placeLabels(layout).map((label) => drawLabel(label, isTaken(label.line)))}</g>
${states}</svg>`;
};
