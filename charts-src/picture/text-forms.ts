import { formatPath } from '../model/schema.ts';
import { percent } from '../model/percent.ts';
import { edgeLabel, type Picture, type PictureChange, type PictureEdge, type PictureNode } from './picture.ts';

/** Lines of a box below its name. */
export function nodeLines({ speaks, versions, exceptions }: PictureNode): readonly string[] {
  const shown = versions.length > 1 || versions.some(({ share }) => share !== null && share < 1);
  return [
    ...(speaks === '' ? [] : [speaks]),
    ...(shown
      ? [versions.map(({ name, share }) => `${name}${share === null ? '' : ` ${percent(share)}`}`).join('  ')]
      : []),
    ...exceptions.map((exception) => `⚠ ${exception}`),
  ];
}

const SIGNS: Readonly<Record<PictureChange, string>> = { added: '+ ', removed: '- ', changed: '~ ' };
const signOf = ({ change }: { readonly change?: PictureChange }): string => (change === undefined ? '' : SIGNS[change]);

/** What is written on an arrow, with a sign for what became of it; the sign alone where nothing else is. */
const markedLabel = (edge: PictureEdge): string => `${signOf(edge)}${edgeLabel(edge)}`.trim();

/** `weft graph -o dot`: for Graphviz and what reads its language. */
export function pictureDot({ nodes, edges }: Picture): string {
  const shapes: Readonly<Record<PictureNode['kind'], string>> = {
    service: 'shape=box',
    group: 'shape=box',
    gateway: 'shape=box, peripheries=2',
    external: 'shape=box, style=dashed',
    database: 'shape=cylinder',
    cache: 'shape=cylinder',
    broker: 'shape=box, style=dotted',
  };
  const line = (node: PictureNode): string =>
    `${quoted(node.id)} [label=${quoted([`${signOf(node)}${node.name}`, ...nodeLines(node)].join('\n'))}, ${shapes[node.kind]}];`;
  const lines = ['digraph mesh {', '  rankdir=LR;'];
  for (const [index, [group, members]] of [...grouped(nodes)].entries()) {
    if (group === '') lines.push(...members.map((node) => `  ${line(node)}`));
    else
      lines.push(
        `  subgraph cluster_${index} {`,
        `    label=${quoted(group)};`,
        ...members.map((node) => `    ${line(node)}`),
        '  }',
      );
  }
  for (const edge of edges) {
    const style = edge.isMirror ? ', style=dotted, color=gray' : edge.protocol === 'bytes' ? ', style=dotted' : '';
    lines.push(
      `  ${quoted(edge.from)} -> ${quoted(edge.to)} [label=${quoted(markedLabel(edge))}${style}${edge.isDenied ? ', color=red' : ''}];`,
    );
  }
  return `${[...lines, '}'].join('\n')}\n`;
}

/** A text of Graphviz; a line feed in it is written as one. */
const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

/** `weft graph -o mermaid`: for Markdown that draws it. */
export function pictureMermaid({ nodes, edges }: Picture): string {
  const short = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  const shape = (node: PictureNode): string => {
    const label = `"${[`${signOf(node)}${node.name}`, ...nodeLines(node)].map(htmlText).join('<br/>')}"`;
    switch (node.kind) {
      case 'database':
      case 'cache':
        return `[(${label})]`;
      case 'broker':
        return `[[${label}]]`;
      case 'gateway':
        return `{{${label}}}`;
      case 'external':
        return `(["${label.slice(1, -1)}"])`;
      case 'service':
      case 'group':
        return `[${label}]`;
    }
  };
  const lines = ['flowchart LR'];
  for (const [group, members] of grouped(nodes)) {
    const inner = members.map((node) => `${short.get(node.id) ?? ''}${shape(node)}`);
    if (group === '') lines.push(...inner.map((line) => `  ${line}`));
    else
      lines.push(
        `  subgraph ${mermaidId(group)}["${htmlText(group)}"]`,
        ...inner.map((line) => `    ${line}`),
        '  end',
      );
  }
  for (const edge of edges) {
    const arrow = edge.isMirror ? '-.->' : edge.isDenied ? '--x' : edge.protocol === 'bytes' ? '-.->' : '-->';
    const label = markedLabel(edge);
    lines.push(
      `  ${short.get(edge.from) ?? ''} ${arrow}${label === '' ? '' : `|"${htmlText(label)}"|`} ${short.get(edge.to) ?? ''}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

const mermaidId = (group: string): string => `ns_${group.replace(/[^A-Za-z0-9]/g, '_')}`;

const htmlText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** `weft graph -o tree`: who calls whom, from where requests come in. */
export function pictureTree({ nodes, edges }: Picture): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const out = new Map<string, PictureEdge[]>();
  const called = new Set<string>();
  for (const edge of edges) {
    const list = out.get(edge.from);
    if (list) list.push(edge);
    else out.set(edge.from, [edge]);
    called.add(edge.to);
  }
  const seen = new Set<string>();
  const lines: string[] = [];
  const words = (node: PictureNode): string =>
    [
      `${signOf(node)}${node.group === '' || node.kind === 'group' ? node.name : `${node.group}/${node.name}`}`,
      ...nodeLines(node),
    ].join('  ');
  const visit = (id: string, indent: string): void => {
    // What was told above is not told again: meshes have cycles.
    if (seen.has(id)) return;
    seen.add(id);
    const all = out.get(id) ?? [];
    for (const [index, edge] of all.entries()) {
      const node = byId.get(edge.to);
      if (node === undefined) continue;
      const isLast = index === all.length - 1;
      const label = markedLabel(edge);
      const again = seen.has(edge.to) && (out.get(edge.to)?.length ?? 0) > 0 ? '  (see above)' : '';
      lines.push(
        `${indent}${isLast ? '└' : '├'}─${edge.isDenied ? '✕' : edge.isMirror ? '⇢' : '→'} ${words(node)}${label === '' ? '' : `  [${label}]`}${again}`,
      );
      visit(edge.to, `${indent}${isLast ? ' ' : '│'}  `);
    }
  };
  const isDoor = ({ kind }: PictureNode): boolean => kind === 'gateway';
  const uncalled = nodes.filter((node) => !called.has(node.id) && !isDoor(node));
  const roots = [...nodes.filter(isDoor), ...uncalled, ...nodes.filter(({ id }) => called.has(id))];
  for (const node of roots) {
    if (seen.has(node.id)) continue;
    if (called.has(node.id) && !out.has(node.id)) continue;
    lines.push(words(node));
    visit(node.id, '');
  }
  return `${lines.join('\n')}\n`;
}

/** Boxes by namespace, those without one last. */
export function grouped(nodes: readonly PictureNode[]): ReadonlyMap<string, readonly PictureNode[]> {
  const groups = new Map<string, PictureNode[]>();
  for (const node of nodes) {
    const list = groups.get(node.group);
    if (list) list.push(node);
    else groups.set(node.group, [node]);
  }
  return new Map([...groups].sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1)));
}

/** `weft graph -o json`. */
export const pictureDocument = ({ nodes, edges }: Picture) => ({
  schemaVersion: 1 as const,
  kind: 'MeshPicture' as const,
  nodes: nodes.map(({ by, change = null, ...node }) => ({ ...node, change, ...placeOf(by) })),
  edges: edges.map(({ by, change = null, ...edge }) => ({
    ...edge,
    label: edgeLabel({ ...edge, by }),
    change,
    ...placeOf(by),
  })),
});

function placeOf(by: PictureNode['by']): {
  readonly file: string | null;
  readonly line: number | null;
  readonly path: string | null;
} {
  if (by === undefined) return { file: null, line: null, path: null };
  const { file, line } = by.manifest.position(by.at);
  return { file, line, path: formatPath(by.at) };
}
