import { closest } from '../model/closest.ts';
import { inOrder, type Picture, type PictureEdge, type PictureNode } from './picture.ts';

/** More boxes than this are no picture any more. */
export const MOST_NODES = 60;

/** Which part of a mesh is drawn. */
export interface FoldOptions {
  /** Only what is so many calls away from this service: `shop/orders` or `orders`. */
  readonly focus?: string | undefined;
  /** @default 1 */
  readonly depth?: number | undefined;
  /** Only these namespaces. */
  readonly namespaces?: readonly string[] | undefined;
  /** One box a namespace. @default - when there are more than 60 boxes */
  readonly fold?: boolean | undefined;
}

/** The part of a picture that was asked for; or why there is none, as a phrase and what to write. */
export function folded(
  picture: Picture,
  { focus, depth = 1, namespaces = [], fold }: FoldOptions,
):
  | { readonly picture: Picture; readonly isFolded: boolean }
  | { readonly problem: { readonly message: string; readonly fix: string } } {
  let part = picture;
  if (namespaces.length > 0) {
    const known = [...new Set(picture.nodes.map(({ group }) => group).filter((group) => group !== ''))];
    for (const name of namespaces) if (!known.includes(name)) return { problem: unknown('namespace', name, known) };
    const wanted = picture.nodes.filter(({ group }) => namespaces.includes(group)).map(({ id }) => id);
    part = around(picture, wanted, 1);
  }
  if (focus !== undefined) {
    const found = part.nodes.filter(({ id, name }) => id === focus || name === focus || id === `gateway:${focus}`);
    if (found.length === 0)
      return {
        problem: unknown(
          'service',
          focus,
          // Short names first: what is close is looked for among both, what there is is told once.
          [...part.nodes.map(({ name }) => name), ...part.nodes.map(({ id }) => id)],
        ),
      };
    part = around(
      part,
      found.map(({ id }) => id),
      depth,
    );
  }
  const isFolded = fold ?? part.nodes.length > MOST_NODES;
  return { picture: isFolded ? byNamespace(part) : part, isFolded };
}

function unknown(
  what: string,
  name: string,
  known: readonly string[],
): { readonly message: string; readonly fix: string } {
  const meant = closest(name, known);
  return {
    message: `there is no ${what} "${name}" in these manifests`,
    fix:
      meant === undefined
        ? `There are ${[...new Set(known)].slice(0, 12).join(', ') || 'none'}`
        : `Did you mean ${meant}?`,
  };
}

/** What is at most so many arrows away, in either direction. */
function around({ nodes, edges }: Picture, start: readonly string[], depth: number): Picture {
  const kept = new Set(start);
  let edge = new Set(start);
  for (let step = 0; step < depth; step++) {
    const next = new Set<string>();
    for (const { from, to } of edges) {
      if (edge.has(from) && !kept.has(to)) next.add(to);
      if (edge.has(to) && !kept.has(from)) next.add(from);
    }
    for (const id of next) kept.add(id);
    edge = next;
  }
  return inOrder({
    nodes: nodes.filter(({ id }) => kept.has(id)),
    edges: edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
  });
}

/** One box a namespace, one arrow a pair of them. Gateways and what is outside stay, they are few and matter. */
function byNamespace({ nodes, edges }: Picture): Picture {
  const groupOf = (node: PictureNode): string =>
    node.kind === 'gateway' || node.kind === 'external' ? node.id : `group:${node.group}`;
  const owner = new Map(nodes.map((node) => [node.id, groupOf(node)]));
  const groups = new Map<string, PictureNode[]>();
  for (const node of nodes) {
    const id = groupOf(node);
    const list = groups.get(id);
    if (list) list.push(node);
    else groups.set(id, [node]);
  }
  const kept = [...groups].map(([id, members]): PictureNode => {
    const [first] = members;
    if (first !== undefined && !id.startsWith('group:')) return first;
    const exceptions = new Map<string, number>();
    for (const node of members)
      for (const exception of node.exceptions) exceptions.set(exception, (exceptions.get(exception) ?? 0) + 1);
    return {
      id,
      kind: 'group',
      name: id.slice('group:'.length),
      group: '',
      speaks: `${members.length} services`,
      versions: [],
      exceptions: [...exceptions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, count]) => `${what}: ${count}`),
      by: undefined,
      ...(members.some(({ change }) => change !== undefined) && { change: 'changed' as const }),
    };
  });
  const joined = new Map<string, PictureEdge>();
  for (const edge of edges) {
    const [from, to] = [owner.get(edge.from), owner.get(edge.to)];
    if (from === undefined || to === undefined || from === to) continue;
    const key = `${from} ${to} ${edge.isMirror} ${edge.isDenied}`;
    const before = joined.get(key);
    const { change: _change, ...rest } = edge;
    void _change;
    const change = before === undefined || before.change === edge.change ? edge.change : ('changed' as const);
    joined.set(key, {
      ...rest,
      ...(change && { change }),
      from,
      to,
      calls: (before?.calls ?? 0) + 1,
      exceptions: edge.isDenied ? ['denied'] : [],
      protocol: before === undefined || before.protocol === edge.protocol ? edge.protocol : 'requests',
    });
  }
  return inOrder({ nodes: kept, edges: [...joined.values()] });
}
