import type { IConstruct } from 'constructs';
import { declaringOf } from '../constructs/manifest-object.ts';
import { declarationIn, noteOf } from '../model/declaration.ts';
import { fingerprint } from '../model/fingerprint.ts';

/** A line of one of the sources of a map. */
export type SourceLine = readonly [source: number, line: number];

/** Which line declared an object, and which lines declared parts of it, by path: `spec.http[0]`. */
export type ObjectLines = readonly [...SourceLine, parts?: Readonly<Record<string, SourceLine>>];

/** Which line of TypeScript declared each object, as `weft synth` keeps it for `weft check`. */
export interface SourceMap {
  readonly version: 1;
  /** The user's files, by absolute path. */
  readonly sources: readonly string[];
  /** By output file, then by the fingerprint of an object's text. */
  readonly files: Readonly<Record<string, Readonly<Record<string, ObjectLines>>>>;
}

/** An object that was written. */
export interface WrittenObject {
  readonly file: string;
  readonly construct: IConstruct;
  readonly json: unknown;
  readonly text: string;
}

/** Where edges are written: rules of a VirtualService and of an AuthorizationPolicy. */
const LISTS = ['http', 'rules'] as const;

/** Collects a {@link SourceMap}; stacks are made into text for this alone, and each once. */
export class SourceMapBuilder {
  readonly #sources = new Map<string, number>();
  readonly #files: Record<string, Record<string, ObjectLines>> = {};
  readonly #known = new Map<object, SourceLine | undefined>();

  add({ file, construct, json, text }: WrittenObject): void {
    const declaring = declaringOf(construct);
    const line = declaring && this.#lineOf(declaring);
    if (line === undefined) return;
    const parts = Object.fromEntries(this.#partsOf(json));
    (this.#files[file] ??= {})[fingerprint(text)] = Object.keys(parts).length === 0 ? line : [...line, parts];
  }

  get map(): SourceMap {
    return { version: 1, sources: [...this.#sources.keys()], files: this.#files };
  }

  /** The parts of an object that were written for an edge. */
  *#partsOf(json: unknown): Generator<readonly [string, SourceLine]> {
    const { spec } = json as { readonly spec?: { readonly [list in (typeof LISTS)[number]]?: unknown } }; // an object of ours, or its patch
    for (const list of LISTS) {
      const items: unknown = spec?.[list];
      if (!Array.isArray(items)) continue;
      for (const [index, item] of items.entries()) {
        const line = typeof item === 'object' && item !== null ? this.#lineOf(item as object) : undefined;
        if (line) yield [`spec.${list}[${index}]`, line];
      }
    }
  }

  #lineOf(declared: object): SourceLine | undefined {
    const note = noteOf(declared);
    if (note === undefined || this.#known.has(note)) return note && this.#known.get(note);
    const place = declarationIn(note.stack ?? '');
    let line: SourceLine | undefined;
    if (place) {
      const index = this.#sources.get(place.file) ?? this.#sources.size;
      this.#sources.set(place.file, index);
      line = [index, place.line];
    }
    this.#known.set(note, line);
    return line;
  }
}
