import { inOrder, type Picture, type PictureChange, type PictureEdge } from './picture.ts';

/** What an arrow is in every picture. */
export const edgeKey = ({ from, to, isMirror }: Pick<PictureEdge, 'from' | 'to' | 'isMirror'>): string =>
  `${from} -> ${to}${isMirror ? ' copy' : ''}`;

/** Boxes and arrows of both pictures, each with what became of it, so that what is gone is seen, too. */
export const comparePictures = (old: Picture, current: Picture): Picture =>
  inOrder({
    nodes: compared(old.nodes, current.nodes, ({ id }) => id),
    edges: compared(old.edges, current.edges, edgeKey),
  });

function compared<T extends object>(
  old: readonly T[],
  current: readonly T[],
  keyOf: (item: T) => string,
): readonly T[] {
  const was = new Map(old.map((item) => [keyOf(item), item]));
  const is = new Set(current.map(keyOf));
  return [
    ...current.map((item) => {
      const before = was.get(keyOf(item));
      return before && content(before) === content(item) ? item : marked(item, before ? 'changed' : 'added');
    }),
    ...old.filter((item) => !is.has(keyOf(item))).map((item) => marked(item, 'removed')),
  ];
}

const marked = <T extends object>(item: T, change: PictureChange): T => ({ ...item, change });

/** What is drawn of a box or an arrow: not where it is written. */
const content = (item: object): string => JSON.stringify({ ...item, by: undefined });
