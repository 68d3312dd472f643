import type { JsonValue } from '../imports/istio.ts';
import type { Path } from '../model/schema.ts';
import type { Document, Places, Span } from './document.ts';
import { readDocument, type Format } from './documents.ts';
import type { Position } from './manifest.ts';
import { TextError } from './text-problem.ts';

/** Where an object is written. */
export interface Source {
  readonly span: Span;
  readonly format: Format;
  /** Leads from what is written there to the object. */
  readonly path: Path;
  /** The document around it, when it cannot be read alone because it has aliases of what stands before it.
   * @default - it is a document of its own */
  readonly around?: Omit<Source, 'around'>;
  /** The document with its places, when they were kept as it was read.
   * @default - it is read again once somebody asks */
  readonly kept?: Placed;
}

/** Finds places in one text. Nothing is computed before it is asked for. */
export interface Positions {
  /** Of an offset. */
  at(offset: number): Position;
  /** Of a field of an object; where it is not there, of the nearest one around it. */
  of(source: Source, path: Path): Position;
}

/** Places in the text of a file. What was read last is kept, because findings come object by object. */
export function positionsIn(file: string, text: string): Positions {
  let lines: readonly number[] | undefined;
  let last: (Placed & { readonly span: Span }) | undefined;

  const at = (offset: number): Position => {
    lines ??= lineStarts(text);
    const line = lineOf(lines, offset);
    return { file, line, column: offset - (lines[line - 1] ?? 0) + 1 };
  };
  const placed = ({ span, format, path, around, kept }: Source): readonly [Placed, Path] => {
    if (kept !== undefined) return [kept, path];
    if (last?.span === span) return [last, path];
    if (around?.kept !== undefined) return placed(around);
    const places: Places = new Map();
    try {
      last = { span, places, document: readDocument(text, span, format, places) };
      return [last, path];
    } catch (error) {
      if (!(error instanceof TextError) || around === undefined) throw error; // it was read before, so it can be read
      return placed(around);
    }
  };
  return {
    at,
    of(source, path) {
      const [document, prefix] = placed(source);
      return at(offsetOf(document, [...prefix, ...path]));
    },
  };
}

/** A document with the places of all that is in it. */
interface Placed {
  readonly places: Places;
  readonly document: Document;
}

function offsetOf({ document, places }: Placed, path: Path): number {
  let value: JsonValue | undefined = document.value;
  let offset = document.start;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) break;
    const key = Array.isArray(value) ? Number(part) : String(part);
    const place = places.get(value)?.get(key);
    if (place === undefined) break;
    offset = place;
    value = Reflect.get(value, key) as JsonValue; // what has a place is there
  }
  return offset;
}

/** Offsets at which lines begin. */
function lineStarts(text: string): readonly number[] {
  const starts = [text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0];
  const hasReturns = text.includes('\r');
  for (let at = text.indexOf('\n'); at !== -1 && !hasReturns; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  if (hasReturns)
    for (const { index, 0: lineBreak } of text.matchAll(/\r\n|\r|\n/g)) starts.push(index + lineBreak.length);
  return starts;
}

const BYTE_ORDER_MARK = 0xfeff;

/** Number of the line that an offset lies in, from 1. */
function lineOf(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return Math.max(low, 1);
}
