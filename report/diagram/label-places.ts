import type { Layout, Line, Place, Point } from './layout';

/** The position of a line's label: beside the line, on the side towards which it leads. */
export interface PlacedLabel extends Point {
  readonly line: Line;
  readonly anchor: 'start' | 'end';
}

/** A point on a Bézier curve. */
const along = ([start, one, two, end]: readonly [Point, Point, Point, Point], t: number): Point => {
  const part = (axis: 'x' | 'y') =>
    (1 - t) ** 3 * start[axis] +
    3 * (1 - t) ** 2 * t * one[axis] +
    3 * (1 - t) * t ** 2 * two[axis] +
    t ** 3 * end[axis];
  return { x: part('x'), y: part('y') };
};

const samplesOf = ({ points }: Line): Point[] =>
  points.flatMap((start, index) => {
    const [one, two, end] = points.slice(index + 1, index + 4);
    if (index % 3 !== 0 || !one || !two || !end) return [];
    return Array.from({ length: 20 }, (_, step) => along([start, one, two, end], step / 20));
  });

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const meet = (one: Box, other: Box): boolean =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

const boxOfState = ({ x, y, width, height }: Place): Box => ({
  left: x - width / 2,
  right: x + width / 2,
  top: y - height / 2,
  bottom: y + height / 2,
});

/** For text in 11 pixels. */
const boxOfLabel = ({ x, y, anchor, line }: PlacedLabel): Box => {
  const width = line.edge.label.length * 6;
  const left = anchor === 'start' ? x : x - width;
  return { left, right: left + width, top: y - 7, bottom: y + 7 };
};

/** In pixels. Closer to its start, a line cannot be told apart from the others of its state. */
const nearest = 18;

const candidatesFor = (line: Line): PlacedLabel[] => {
  const samples = samplesOf(line);
  const [start = line.tip] = samples;
  return samples
    .filter(({ x, y }) => Math.hypot(x - start.x, y - start.y) >= nearest)
    .flatMap(({ x, y }): PlacedLabel[] => {
      const right: PlacedLabel = { line, x: x + 6, y, anchor: 'start' };
      const left: PlacedLabel = { line, x: x - 6, y, anchor: 'end' };
      return x >= start.x - 1 ? [right, left] : [left, right];
    });
};

/** Puts each label at the first point along its line where it covers no state and no other label. */
export const placeLabels = ({ lines, places }: Layout): PlacedLabel[] => {
  const taken = places.map(boxOfState);
  return lines.flatMap((line) => {
    if (line.edge.label === '') return [];
    const candidates = candidatesFor(line);
    const free = candidates.find((each) => !taken.some((box) => meet(boxOfLabel(each), box))) ?? candidates[0];
    if (!free) return [];
    taken.push(boxOfLabel(free));
    return [free];
  });
};
