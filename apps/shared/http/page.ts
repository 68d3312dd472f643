import { Problem } from './problem.ts';

/** A part of a list, and where the next part begins. */
export interface Page<Item> {
  readonly items: Item[];
  readonly next_cursor?: string;
}

/** What a caller asks of a list. */
export interface PageRequest {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/**
 * Reads one part of a list. `list` names it with everything that selects its items, so that a cursor of another list is
 * known for one. `read` gets the place of the last item that was shown, and gives at most `limit` items after it.
 * @throws Problem 422 for a cursor of another list
 */
export async function readPage<Item>(
  list: string,
  { limit = 20, cursor }: PageRequest,
  read: (after: string | undefined, limit: number) => Promise<readonly Item[]>,
  placeOf: (item: Item) => string,
): Promise<Page<Item>> {
  const found = await read(cursor === undefined ? undefined : placeIn(list, cursor), limit + 1);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    ...(found.length > limit && last !== undefined && { next_cursor: cursorOf(list, placeOf(last)) }),
  };
}

const cursorOf = (list: string, place: string): string => Buffer.from(`${list}\n${place}`).toString('base64url');

function placeIn(list: string, cursor: string): string {
  const [name, place] = Buffer.from(cursor, 'base64url').toString().split('\n', 2);
  // Read and written again it must be the same: there is one way to name a place.
  if (name !== list || place === undefined || cursorOf(list, place) !== cursor)
    throw new Problem(422, 'The cursor belongs to another list.', { type: 'unprocessable' });
  return place;
}
