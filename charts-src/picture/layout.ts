import { edgeLabel, type Picture, type PictureEdge, type PictureNode } from './picture.ts';
import { grouped, nodeLines } from './text-forms.ts';

/** A point of the drawing. The unit is that of SVG, y grows downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle by its centre. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A box with its place. */
export interface PlacedNode {
  readonly node: PictureNode;
  readonly lines: readonly string[];
  readonly box: Box;
}

/** An arrow with its way: control points of cubic curves, the first one is its start. */
export interface PlacedEdge {
  readonly edge: PictureEdge;
  readonly points: readonly Point[];
  readonly label: { readonly text: string; readonly box: Box } | undefined;
}

/** A picture with places. */
export interface PlacedPicture {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly groups: readonly { readonly name: string; readonly box: Box }[];
}

/** Height of a line of text, and how wide a letter is taken to be: wider than it is, so that nothing sticks out. */
const LINE = 18;
const LETTER = 7.2;
const BOLD_LETTER = 8.4;
const LABEL_LETTER = 6.6;
const PADDING = 14;

/** Size of a box by what is written in it. */
function sizeOf(node: PictureNode, lines: readonly string[]): { readonly width: number; readonly height: number } {
  const width =
    Math.max(
      96,
      (node.name.length + (node.change ? 2 : 0)) * BOLD_LETTER,
      ...lines.map((line) => line.length * LETTER),
    ) +
    2 * PADDING;
  const bar = node.versions.length > 1 ? 8 : 0;
  return { width: Math.ceil(width), height: (lines.length + 1) * LINE + 2 * PADDING - 8 + bar };
}

const LABEL_HEIGHT = 16;

/** With room for a sign before the text. */
const labelWidth = (edge: PictureEdge): number =>
  Math.ceil((edgeLabel(edge).length + (edge.isDenied ? 2 : 0) + (edge.change ? 2 : 0)) * LABEL_LETTER + 8);

/**
 * `careful`: curves, and as few crossings as can be. `ranked`: the same, by ranks that go through all namespaces, for
 * the few pictures in which Graphviz puts boxes on each other otherwise. `quick`: straight lines, and what is found at
 * once.
 */
export type LayoutEffort = 'careful' | 'ranked' | 'quick';

const EFFORTS: Readonly<Record<LayoutEffort, string>> = {
  careful: 'splines=true',
  ranked: 'splines=true, newrank=true',
  quick: 'splines=line, nslimit=0.5, nslimit1=0.5, mclimit=0.1',
};

/**
 * The picture in Graphviz' language, with the size of every box and label fixed: Graphviz only says where they go.
 * Boxes are `n0`, `n1` … in the order of the picture.
 */
export function layoutDot({ nodes, edges }: Picture, effort: LayoutEffort = 'careful'): string {
  const index = new Map(nodes.map(({ id }, at) => [id, at]));
  const inches = (pixels: number): string => (pixels / 72).toFixed(4);
  const lines = [
    'digraph mesh {',
    `  graph [rankdir=LR, ${EFFORTS[effort]}, nodesep=0.35, ranksep=0.9, margin=0, compound=true];`,
    '  node [shape=box, fixedsize=true, label="", margin=0];',
    '  edge [arrowsize=0.8];',
  ];
  let cluster = 0;
  const groups = [...grouped(nodes)];
  const isOne = groups.filter(([group]) => group !== '').length <= 1;
  for (const [group, members] of groups) {
    const inner = members.map((node) => {
      const { width, height } = sizeOf(node, nodeLines(node));
      return `n${index.get(node.id) ?? 0} [width=${inches(width)}, height=${inches(height)}];`;
    });
    if (group === '' || isOne) lines.push(...inner.map((line) => `  ${line}`));
    else {
      lines.push(
        `  subgraph cluster_${cluster} {`,
        '    margin=18;',
        `    label=<${fixedLabel(group.length * BOLD_LETTER, LINE)}>;`,
        ...inner.map((line) => `    ${line}`),
        '  }',
      );
      cluster += 1;
    }
  }
  for (const [at, edge] of edges.entries()) {
    // With so many arrows, words on each hide more than they say; those that must be read stay.
    const text = effort === 'quick' && !edge.isDenied ? '' : edgeLabel(edge);
    const label = text === '' ? '' : `, label=<${fixedLabel(labelWidth(edge), LABEL_HEIGHT)}>`;
    lines.push(
      `  n${index.get(edge.from) ?? 0} -> n${index.get(edge.to) ?? 0} [id="e${at}"${label}${edge.isMirror ? ', constraint=false' : ''}];`,
    );
  }
  lines.push('}');
  return `${lines.join('\n')}\n`;
}

/** A label of which only the size counts. */
const fixedLabel = (width: number, height: number): string =>
  `<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" FIXEDSIZE="TRUE" WIDTH="${Math.ceil(width)}" HEIGHT="${Math.ceil(height)}"><TR><TD></TD></TR></TABLE>`;

/** What Graphviz answers as `json0`: the parts that are read. */
export interface GraphvizAnswer {
  readonly bb: string;
  readonly objects?: readonly {
    readonly name: string;
    readonly pos?: string;
    readonly width?: string;
    readonly height?: string;
    readonly bb?: string;
  }[];
  readonly edges?: readonly { readonly id?: string; readonly pos?: string; readonly lp?: string }[];
}

/** Places read from Graphviz' answer, turned upside down: there y grows upwards. */
export function placed(picture: Picture, answer: GraphvizAnswer): PlacedPicture {
  const [, , right = 0, top = 0] = answer.bb.split(',').map(Number);
  const margin = 16;
  const point = (text: string): Point => {
    const [x = 0, y = 0] = text.split(',').map(Number);
    return { x: round(x + margin), y: round(top - y + margin) };
  };
  const objects = new Map((answer.objects ?? []).map((object) => [object.name, object]));
  const nodes = picture.nodes.map((node, index): PlacedNode => {
    const lines = nodeLines(node);
    return { node, lines, box: { ...point(objects.get(`n${index}`)?.pos ?? '0,0'), ...sizeOf(node, lines) } };
  });
  const places = new Map((answer.edges ?? []).map((edge) => [edge.id, edge]));
  const edges = picture.edges.map((edge, index): PlacedEdge => {
    const place = places.get(`e${index}`);
    const text = edgeLabel(edge);
    return {
      edge,
      points: splinePoints(place?.pos ?? '', point),
      label:
        text === '' || place?.lp === undefined
          ? undefined
          : {
              text,
              box: { ...point(place.lp), width: labelWidth(edge), height: LABEL_HEIGHT },
            },
    };
  });
  const groups = groupBoxes(picture, objects, point);
  const titles = groups.map(({ name, box }) => titleBox(name, box));
  return {
    width: Math.ceil(right + 2 * margin),
    height: Math.ceil(top + 2 * margin),
    nodes,
    edges: onTheirArrows(edges, [...nodes.map(({ box }) => box), ...titles]),
    groups,
  };
}

/** Half of what is between two namespaces that are next to each other. */
const GAP = 4;

type Objects = ReadonlyMap<string, NonNullable<GraphvizAnswer['objects']>[number]>;

/** None where there is only one namespace. */
function groupBoxes({ nodes }: Picture, objects: Objects, point: (text: string) => Point): PlacedPicture['groups'] {
  const groups = [...grouped(nodes)].filter(([group]) => group !== '');
  if (groups.length <= 1) return [];
  return groups.flatMap(([name], index) => {
    const [x1, y1, x2, y2] = (objects.get(`cluster_${index}`)?.bb ?? '').split(',').map(Number);
    if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) return [];
    const centre = point(`${(x1 + x2) / 2},${(y1 + y2) / 2}`);
    // Graphviz lets them touch: a little smaller they stand apart.
    return [{ name, box: { ...centre, width: round(x2 - x1 - 2 * GAP), height: round(y2 - y1 - 2 * GAP) } }];
  });
}

/** Where the name of a namespace stands: in the upper left corner of its box. */
export const titleBox = (name: string, { x, y, width, height }: Box): Box => {
  const long = Math.ceil(name.length * BOLD_LETTER);
  return { x: round(x - width / 2 + 12 + long / 2), y: round(y - height / 2 + 14), width: long, height: LINE };
};

const round = (value: number): number => Math.round(value * 10) / 10;

/** Whether two rectangles share any area. */
export const overlap = (one: Box, other: Box): boolean =>
  Math.abs(one.x - other.x) * 2 < one.width + other.width && Math.abs(one.y - other.y) * 2 < one.height + other.height;

/** Whether no box lies on another. */
export const isApart = ({ nodes }: PlacedPicture): boolean =>
  nodes.every(({ box }, index) => nodes.slice(index + 1).every((other) => !overlap(box, other.box)));

/** With more arrows than this, labels stay where Graphviz puts them: looking for better places takes too long. */
const MOST_MOVED = 300;

/** Graphviz puts labels beside arrows, and sometimes on each other: each goes to the nearest free place on its arrow. */
function onTheirArrows(edges: readonly PlacedEdge[], boxes: readonly Box[]): readonly PlacedEdge[] {
  if (edges.length > MOST_MOVED) return edges;
  const taken = new Map(edges.flatMap((edge) => (edge.label === undefined ? [] : [[edge, edge.label.box] as const])));
  return edges.map((edge): PlacedEdge => {
    const { label } = edge;
    if (label === undefined) return edge;
    taken.delete(edge);
    const others = [...boxes, ...taken.values()];
    const box =
      places(edge.points, label.box).find((place) => !others.some((other) => overlap(other, place))) ?? label.box;
    taken.set(edge, box);
    return { ...edge, label: { ...label, box } };
  });
}

/** Places for a label, the best first: on its arrow near the middle, then where Graphviz puts it, then beside its arrow. */
function places(points: readonly Point[], label: Box): readonly Box[] {
  const distance = ({ x, y }: Point): number => (x - label.x) ** 2 + (y - label.y) ** 2;
  const on = along(points).sort((one, other) => distance(one) - distance(other));
  const at = ({ x, y }: Point, up: number): Box => ({ ...label, x: round(x), y: round(y + up) });
  const beside = [-1, 1, -2, 2, -3, 3].map((step) => step * (label.height + 2));
  return [...on.map((point) => at(point, 0)), label, ...beside.flatMap((up) => on.map((point) => at(point, up)))];
}

/** Points of cubic curves, close enough to each other. */
function along(points: readonly Point[]): Point[] {
  const found: Point[] = [];
  for (let start = 0; start + 3 < points.length; start += 3) {
    const [a, b, c, d] = points.slice(start, start + 4);
    if (!a || !b || !c || !d) break;
    for (let step = 0; step <= 24; step++) {
      const [t, u] = [step / 24, 1 - step / 24];
      const mix = (axis: 'x' | 'y'): number =>
        u ** 3 * a[axis] + 3 * u * u * t * b[axis] + 3 * u * t * t * c[axis] + t ** 3 * d[axis];
      found.push({ x: mix('x'), y: mix('y') });
    }
  }
  return found;
}

/** `e,x,y x,y x,y …`: where the arrow ends, then the curve. */
function splinePoints(pos: string, point: (text: string) => Point): readonly Point[] {
  const parts = pos.split(' ').filter((part) => part !== '');
  const end = parts.find((part) => part.startsWith('e,'));
  const curve = parts.filter((part) => !/^[es],/.test(part)).map(point);
  return end === undefined ? curve : [...curve, point(end.slice(2))];
}
