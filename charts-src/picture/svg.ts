import type { Box, PlacedEdge, PlacedNode, PlacedPicture, Point } from './layout.ts';
import { percent } from '../model/percent.ts';
import { edgeLabel, type PictureChange } from './picture.ts';

/** Which colours are used; `auto` follows the reader's own choice. */
export type Theme = 'light' | 'dark' | 'auto';

/** Colours by what they say. Text has a contrast of at least 4.5 on its ground. */
const LIGHT = {
  ground: '#FFFFFF',
  card: '#FFFFFF',
  group: '#F6F8FA',
  border: '#6E7781',
  text: '#1F2328',
  muted: '#57606A',
  line: '#57606A',
  stable: '#0072B2',
  canary: '#E69F00',
  canaryText: '#9A5B00',
  warn: '#9A5B00',
  bad: '#B23C00',
} as const;
type Colour = keyof typeof LIGHT;
const DARK: Readonly<Record<Colour, string>> = {
  ground: '#0D1117',
  card: '#161B22',
  group: '#10161D',
  border: '#9AA6B2',
  text: '#E6EDF3',
  muted: '#9AA6B2',
  line: '#9AA6B2',
  stable: '#56B4E9',
  canary: '#E69F00',
  canaryText: '#F0B429',
  warn: '#F0B429',
  bad: '#FF8C5A',
};

/** How a picture is written. */
export interface SvgOptions {
  readonly theme: Theme;
  /** What the picture shows, for people and screen readers. */
  readonly title: string;
}

/** A picture as SVG: the same bytes for the same picture. */
export function pictureSvg(picture: PlacedPicture, { theme, title }: SvgOptions): string {
  const paint =
    theme === 'auto'
      ? byClass
      : (colour: Colour, as: 'fill' | 'stroke') => `${as}="${(theme === 'dark' ? DARK : LIGHT)[colour]}"`;
  const { width, height } = picture;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif" font-size="12">`,
    `<title id="title">${xml(title)}</title>`,
    `<desc id="desc">${xml(describe(picture))}</desc>`,
    ...(theme === 'auto' ? [`<style>${styles()}</style>`] : []),
    '<defs>',
    `<pattern id="canary" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" ${paint('canary', 'fill')}/><line x1="0" y1="0" x2="0" y2="6" ${paint('card', 'stroke')} stroke-width="2"/></pattern>`,
    ...(['line', 'bad'] as const).map(
      (colour) =>
        `<marker id="arrow-${colour}" viewBox="0 0 10 10" refX="9" refY="5" markerUnits="userSpaceOnUse" markerWidth="12" markerHeight="12" orient="auto-start-reverse"><path d="M0 1 L10 5 L0 9 z" ${paint(colour, 'fill')}/></marker>`,
    ),
    '</defs>',
    `<rect width="${width}" height="${height}" ${paint('ground', 'fill')}/>`,
    ...picture.groups.map(
      ({ name, box }) =>
        `${rect(box, `rx="10" ${paint('group', 'fill')} ${paint('border', 'stroke')} stroke-opacity="0.5"`)}<text x="${left(box) + 12}" y="${top(box) + 18}" font-weight="600" ${paint('muted', 'fill')}>${xml(name)}</text>`,
    ),
    ...picture.edges.map((edge) => drawnEdge(edge, paint)),
    ...picture.nodes.map((node) => drawnNode(node, paint)),
    // Labels come last: whatever crosses them stays below.
    ...picture.edges.map((edge) => drawnLabel(edge, paint)).filter((text) => text !== ''),
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}

type Paint = (colour: Colour, as: 'fill' | 'stroke') => string;

const byClass: Paint = (colour, as) => `class="${as === 'fill' ? 'f' : 's'}-${colour}"`;

/** Rules for both choices of a reader. */
function styles(): string {
  const rules = (colours: Readonly<Record<Colour, string>>): string =>
    (Object.keys(colours) as Colour[])
      .map((colour) => `.f-${colour}{fill:${colours[colour]}}.s-${colour}{stroke:${colours[colour]}}`)
      .join(''); // keys of the table
  return `${rules(LIGHT)}@media (prefers-color-scheme:dark){${rules(DARK)}}`;
}

/** The picture in words, for those who cannot see it. */
function describe({ nodes, edges }: PlacedPicture): string {
  const names = new Map(nodes.map(({ node }) => [node.id, node.name]));
  const calls = edges.map(({ edge }) => {
    const label = edgeLabel(edge);
    return `${edge.change === undefined ? '' : `${edge.change}: `}${names.get(edge.from) ?? edge.from} ${edge.isMirror ? 'is copied to' : edge.isDenied ? 'may not call' : 'calls'} ${names.get(edge.to) ?? edge.to}${label === '' ? '' : ` (${label})`}`;
  });
  const odd = nodes.flatMap(({ node, lines }) =>
    lines.length > 1 || node.exceptions.length > 0 ? [`${node.name}: ${lines.join(', ')}`] : [],
  );
  return `${nodes.length} boxes, ${edges.length} arrows. ${[...calls, ...odd].join('. ')}.`;
}

function drawnNode({ node, lines, box }: PlacedNode, paint: Paint): string {
  const mark = node.change;
  const dashes = { external: '6 4', database: '2 3', cache: '2 3', broker: '2 3' } as const;
  const dash = node.kind in dashes ? ` stroke-dasharray="${dashes[node.kind as keyof typeof dashes]}"` : ''; // a key of the table
  const place = node.by?.manifest.position(node.by.at);
  const tip = `${node.group === '' ? '' : `${node.group}/`}${node.name}${place === undefined ? '' : ` (${place.file}:${place.line})`}`;
  const colour: Colour = mark === 'removed' ? 'bad' : node.exceptions.length > 0 ? 'warn' : 'border';
  const parts = [
    `<title>${xml(tip)}</title>`,
    rect(
      box,
      `rx="${node.kind === 'external' ? 18 : 6}" ${two(paint, 'card', colour)} stroke-width="${mark === undefined ? 1.2 : 2.6}"${dash}`,
    ),
    ...(node.kind === 'gateway'
      ? [
          rect(
            { ...box, width: box.width - 6, height: box.height - 6 },
            `rx="4" fill="none" ${paint('border', 'stroke')} stroke-width="1"`,
          ),
        ]
      : []),
    text(
      { x: box.x, y: top(box) + 20 },
      `${markOf(mark)}${node.name}`,
      `font-weight="700" text-anchor="middle" ${paint('text', 'fill')}`,
    ),
    ...lines.map((line, index) =>
      text(
        { x: box.x, y: top(box) + 20 + (index + 1) * 18 },
        line,
        `text-anchor="middle" ${paint(line.startsWith('⚠') ? 'warn' : 'muted', 'fill')}`,
      ),
    ),
    ...weightBar(node.versions, box, paint),
  ];
  return `<g>${parts.join('')}</g>`;
}

const SIGNS: Readonly<Record<PictureChange, string>> = { added: '+ ', removed: '− ', changed: '~ ' };
const markOf = (change: PictureChange | undefined): string => (change === undefined ? '' : SIGNS[change]);

/** Parts of the requests as a bar: the largest is solid, the others are hatched, so that colour alone says nothing. */
function weightBar(versions: PlacedNode['node']['versions'], box: Box, paint: Paint): readonly string[] {
  const shared = versions.filter(({ share }) => share !== null);
  if (shared.length < 2) return [];
  const width = box.width - 24;
  const largest = Math.max(...shared.map(({ share }) => share ?? 0));
  let x = left(box) + 12;
  return shared.map(({ name, share }) => {
    const part = Math.round((share ?? 0) * width * 10) / 10;
    const fill = share === largest ? paint('stable', 'fill') : 'fill="url(#canary)"';
    const bar = `<rect x="${x}" y="${top(box) + box.height - 12}" width="${part}" height="6" ${fill}><title>${xml(`${name} ${percent(share ?? 0)}`)}</title></rect>`;
    x = Math.round((x + part) * 10) / 10;
    return bar;
  });
}

function drawnEdge({ edge, points }: PlacedEdge, paint: Paint): string {
  if (points.length < 2) return '';
  const mark = edge.change;
  const colour: 'line' | 'bad' = edge.isDenied || mark === 'removed' ? 'bad' : 'line';
  const dash = edge.isMirror
    ? '1 5'
    : edge.protocol === 'gRPC'
      ? '8 4'
      : edge.protocol === 'bytes'
        ? '2 4'
        : mark === 'removed'
          ? '4 4'
          : '';
  const place = edge.by?.manifest.position(edge.by.at);
  const label = edgeLabel(edge);
  const tip = `${edge.from} → ${edge.to}${label === '' ? '' : `: ${label}`}${place === undefined ? '' : ` (${place.file}:${place.line})`}`;
  const width = mark === undefined ? (edge.isMirror ? 1 : 1.5) : 3;
  return `<g><title>${xml(tip)}</title><path d="${pathOf(points)}" fill="none" ${paint(colour, 'stroke')} stroke-width="${width}"${dash === '' ? '' : ` stroke-dasharray="${dash}"`} marker-end="url(#arrow-${colour})"/></g>`;
}

/** Curves as Graphviz gives them: a start, then three points for each; what is left over is a straight end. */
function pathOf(points: readonly Point[]): string {
  const [start, ...rest] = points;
  if (start === undefined) return '';
  const at = ({ x, y }: Point): string => `${x} ${y}`;
  const parts = [`M${at(start)}`];
  let index = 0;
  for (; index + 3 <= rest.length; index += 3)
    parts.push(
      `C${rest
        .slice(index, index + 3)
        .map(at)
        .join(' ')}`,
    );
  for (; index < rest.length; index++)
    parts.push(
      `L${rest
        .slice(index, index + 1)
        .map(at)
        .join(' ')}`,
    );
  return parts.join('');
}

function drawnLabel({ edge, label }: PlacedEdge, paint: Paint): string {
  const mark = edge.change;
  if (label === undefined) return '';
  const { box } = label;
  const colour: Colour = edge.isDenied ? 'bad' : edge.exceptions.length > 0 ? 'warn' : 'muted';
  const words = `${markOf(mark)}${edge.isDenied ? '✕ ' : ''}${label.text}`;
  return `${rect(box, `rx="4" ${paint('ground', 'fill')} fill-opacity="0.9"`)}${text({ x: box.x, y: box.y + 4 }, words, `font-size="11" text-anchor="middle" ${paint(colour, 'fill')}`)}`;
}

/** Fill and stroke together: one attribute `class` holds both. */
const two = (paint: Paint, fill: Colour, stroke: Colour): string => {
  const [one, other] = [paint(fill, 'fill'), paint(stroke, 'stroke')];
  return one.startsWith('class=') ? `class="${one.slice(7, -1)} ${other.slice(7, -1)}"` : `${one} ${other}`;
};

function rect(box: Box, rest: string): string {
  // Two attributes `class` would be no XML.
  const classes = [...rest.matchAll(/class="([^"]*)"/g)].map(([, name]) => name);
  const others = rest.replace(/\s*class="[^"]*"/g, '').trim();
  return `<rect x="${left(box)}" y="${top(box)}" width="${box.width}" height="${box.height}" ${others}${classes.length > 0 ? ` class="${classes.join(' ')}"` : ''}/>`;
}

const text = ({ x, y }: Point, words: string, rest: string): string =>
  `<text x="${x}" y="${Math.round(y * 10) / 10}" ${rest}>${xml(words)}</text>`;

const left = ({ x, width }: Box): number => Math.round((x - width / 2) * 10) / 10;
const top = ({ y, height }: Box): number => Math.round((y - height / 2) * 10) / 10;

const xml = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
