import type { Graph } from '@viz-js/viz';
import type { Definition } from '../../statemachine/states-language';
import { type Edge, edgesOf, usualWay } from './graph';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The centre of a state, and its size. */
export interface Place extends Point {
  readonly stateName: string;
  readonly width: number;
  readonly height: number;
}

export interface Line {
  readonly edge: Edge;
  /** The start, then three points for each Bézier curve. */
  readonly points: readonly Point[];
  /** The tip of the arrow. */
  readonly tip: Point;
}

/** The positions of all states and lines, in pixels from the top left. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** From top to bottom. */
  readonly places: readonly Place[];
  readonly lines: readonly Line[];
}

/** Graphviz gives sizes in inches and positions in points. A point is drawn as a pixel. */
const pointsPerInch = 72;

const nodeHeight = 37;
const margin = 14;

/** Wide enough for the name in any common font, plus the icon. */
const widthOf = (stateName: string): number => Math.round(stateName.length * 7.7 + 46);

const graphOf = (definition: Definition): Graph => {
  const way = usualWay(definition);
  const isUsual = ({ from, to, kind }: Edge): boolean => kind !== 'catch' && way.indexOf(to) === way.indexOf(from) + 1;
  const weightOf = (edge: Edge): number => {
    if (isUsual(edge) && way.includes(edge.from)) return 200;
    return edge.kind === 'catch' ? 1 : 4;
  };
  return {
    graphAttributes: { rankdir: 'TB', nodesep: 0.17, ranksep: 0.36 },
    nodeAttributes: { shape: 'box', fixedsize: true, label: '' },
    edgeAttributes: { arrowsize: 0.7 },
    nodes: Object.keys(definition.States).map((name) => ({
      name,
      attributes: {
        width: widthOf(name) / pointsPerInch,
        height: nodeHeight / pointsPerInch,
        // Graphviz puts nodes of one group into a straight column.
        ...(way.includes(name) ? { group: 'usual way' } : {}),
      },
    })),
    edges: edgesOf(definition).map((edge, index) => ({
      tail: edge.from,
      head: edge.to,
      attributes: { weight: weightOf(edge), id: String(index) },
    })),
  };
};

interface Drawn {
  readonly bb: string;
  readonly objects: readonly {
    readonly name: string;
    readonly pos: string;
    readonly width: string;
    readonly height: string;
  }[];
  readonly edges: readonly { readonly id: string; readonly pos: string }[];
}

const draw = async (definition: Definition): Promise<Layout> => {
  // Large, so it is loaded on demand: checking that a report can be written does not need it.
  const { instance } = await import('@viz-js/viz');
  const viz = await instance();
  const { bb, objects, edges: drawn } = viz.renderJSON(graphOf(definition)) as Drawn;
  const [, , right = 0, top = 0] = bb.split(',').map(Number);
  const pointAt = (text: string): Point => {
    const [x = 0, y = 0] = text.split(',').map(Number);
    return { x: x + margin, y: top - y + margin };
  };
  const edges = edgesOf(definition);
  const places = objects.map(({ name, pos, width, height }) => ({
    stateName: name,
    ...pointAt(pos),
    width: Number(width) * pointsPerInch,
    height: Number(height) * pointsPerInch,
  }));
  const lines = drawn.flatMap(({ id, pos }): Line[] => {
    const edge = edges[Number(id)];
    if (!edge) return [];
    const parts = pos.split(' ');
    const tip = parts.find((part) => part.startsWith('e,'))?.slice(2) ?? '';
    const points = parts.filter((part) => /^[\d.-]/.test(part)).map(pointAt);
    return [{ edge, points, tip: pointAt(tip) }];
  });
  return {
    width: right + 2 * margin,
    height: top + 2 * margin,
    places: places.sort((one, other) => one.y - other.y || one.x - other.x),
    lines,
  };
};

/** Keyed by the definition's text, because each machine parses the file again. */
const layouts = new Map<string, Promise<Layout>>();

/**
 * Lays out a definition with Graphviz's `dot` (https://graphviz.org/docs/outputs/json/). The same definition always has
 * the same layout. Takes a tenth of a second, once for each definition.
 */
export const layOut = (definition: Definition): Promise<Layout> => {
  const text = JSON.stringify(definition);
  const layout = layouts.get(text) ?? draw(definition);
  layouts.set(text, layout);
  return layout;
};
