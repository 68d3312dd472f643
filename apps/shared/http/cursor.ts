import { Problem } from './problem.ts';

/** A place in a list that is sorted by a time, then by an id. */
export interface Cursor {
  readonly time: Date;
  readonly id: string;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A cursor as the contracts have it: text that means something to this list only. */
export const writeCursor = (list: string, { time, id }: Cursor): string =>
  Buffer.from(JSON.stringify([list, time.getTime(), id])).toString('base64url');

/** @throws Problem 422 for a cursor that this list did not give */
export function readCursor(list: string, text: string): Cursor {
  try {
    const [name, time, id]: unknown[] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (
      name === list &&
      typeof time === 'number' &&
      Math.abs(time) < 8.64e15 &&
      typeof id === 'string' &&
      UUID.test(id)
    )
      return { time: new Date(time), id };
  } catch {
    // Not even JSON: the same answer.
  }
  throw new Problem(422, 'The cursor belongs to another list.', { type: 'unprocessable' });
}
