import type { JsonValue } from '../imports/istio.ts';
import {
  hasField,
  MAX_DEPTH,
  MAX_REPEATED,
  setField,
  type Document,
  type Fields,
  type Places,
  type RepeatedKey,
  type Span,
} from './document.ts';
import { excerpt, TextError } from './text-problem.ts';

/**
 * Reads one JSON value at the beginning of a part of a text; others may follow it. The later of two equal keys counts.
 *
 * @param places filled with where everything begins, when it is given
 * @throws TextError when it is no JSON
 */
export function readJsonDocument(text: string, { start, end }: Span, places?: Places): Document & Span {
  return new Reader(text, start, end, places).document();
}

const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c];
const [BRACKET, BRACKET_END, BRACE, BRACE_END] = [0x5b, 0x5d, 0x7b, 0x7d];
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const WORD = /true|false|null/y;

class Reader {
  private readonly text: string;
  private readonly end: number;
  private readonly places: Places | undefined;
  private readonly repeated: RepeatedKey[] = [];
  private readonly items: Span[] = [];
  private isInItems = false;
  private depth = 0;
  private at: number;

  constructor(text: string, start: number, end: number, places: Places | undefined) {
    this.text = text;
    this.end = end;
    this.at = start;
    this.places = places;
  }

  document(): Document & Span {
    this.code();
    const start = this.at;
    const value = this.value();
    return { value, start, end: this.at, repeated: this.repeated, items: this.items };
  }

  /** What stands here, after white space; zero at the end. */
  private code(): number {
    for (; this.at < this.end; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
    }
    return 0;
  }

  private refuse(message: string, fix: string, offset = this.at): never {
    throw new TextError({ fault: 'syntax', offset, message, fix });
  }

  private shown(offset = this.at): string {
    return JSON.stringify(excerpt(this.text, offset, this.end));
  }

  private value(): JsonValue {
    const code = this.code();
    if (code === QUOTE) return this.string();
    if (code === BRACE || code === BRACKET) {
      if (++this.depth > MAX_DEPTH)
        throw new TextError({
          fault: 'too-large',
          offset: this.at,
          message: `objects and lists lie in each other more than ${MAX_DEPTH} levels deep`,
          fix: 'is this a manifest at all?',
        });
      const value = code === BRACE ? this.object() : this.list();
      this.depth--;
      return value;
    }
    const word = this.word();
    return word === undefined ? this.number() : word;
  }

  private word(): boolean | null | undefined {
    WORD.lastIndex = this.at;
    const [word] = WORD.exec(this.text) ?? [];
    if (word === undefined) return undefined;
    this.at += word.length;
    return word === 'null' ? null : word === 'true';
  }

  private number(): number {
    NUMBER.lastIndex = this.at;
    const [digits] = NUMBER.exec(this.text) ?? [];
    if (digits === undefined || this.at + digits.length > this.end) {
      if (this.code() === 0)
        this.refuse('the text ends where a value is missing', 'write the value; is the file cut off?');
      this.refuse(`a JSON value is missing before ${this.shown()}`, 'write it; texts stand in double quotes');
    }
    const value = Number(digits);
    if (!Number.isFinite(value)) this.refuse(`${digits} is too large for a number`, 'write it as a text, in quotes');
    this.at += digits.length;
    return value || 0; // there is no -0 in an object
  }

  private string(): string {
    const start = this.at++;
    let hasEscapes = false;
    for (;;) {
      const code = this.at < this.end ? this.text.charCodeAt(this.at) : 0;
      if (code === QUOTE) break;
      if (code < 0x20)
        this.refuse('the text that begins here with " is not closed in its line', 'close it with "', start);
      if (code === BACKSLASH) {
        hasEscapes = true;
        if (this.text.charCodeAt(this.at + 1) >= 0x20) this.at++; // the end of a line cannot be escaped
      }
      this.at++;
    }
    const inner = this.text.slice(start + 1, this.at++);
    if (!hasEscapes) return inner;
    try {
      const value = JSON.parse(this.text.slice(start, this.at)) as string; // a JSON text in quotes is a string
      return value.replaceAll(/\p{Surrogate}/gu, '\ufffd');
    } catch {
      this.refuse(
        `${this.shown(start)} has a backslash before a letter that it means nothing for`,
        'write "\\\\" for a backslash',
        start,
      );
    }
  }

  private list(): readonly JsonValue[] {
    const list: JsonValue[] = [];
    const places = this.register(list);
    const open = this.at++;
    while (!this.isClosed(open, BRACKET_END, list.length === 0)) {
      this.code();
      const start = this.at;
      places?.set(list.length, start);
      list.push(this.value());
      if (this.isInItems && this.depth === 2) this.items.push({ start, end: this.at });
    }
    return list;
  }

  private object(): Fields {
    const fields: Fields = {};
    const places = this.register(fields);
    const open = this.at++;
    for (let isFirst = true; !this.isClosed(open, BRACE_END, isFirst); isFirst = false) {
      if (this.code() !== QUOTE)
        this.refuse(`the name of a field is missing before ${this.shown()}`, 'write it in double quotes');
      const start = this.at;
      const key = this.string();
      if (this.code() !== COLON)
        this.refuse(`a ":" is missing before ${this.shown()}`, 'write it behind the name of the field');
      this.at++;
      const isItems = this.depth === 1 && key === 'items';
      if (isItems) {
        this.items.length = 0;
        this.isInItems = true;
      }
      const value = this.value();
      if (isItems) this.isInItems = false;
      if (hasField(fields, key) && this.repeated.length < MAX_REPEATED)
        this.repeated.push({ key, offset: start, before: places?.get(key), isMerged: false });
      places?.set(key, start);
      setField(fields, key, value);
    }
    return fields;
  }

  private register(collection: object): Map<string | number, number> | undefined {
    if (this.places === undefined) return undefined;
    const places = new Map<string | number, number>();
    this.places.set(collection, places);
    return places;
  }

  /** Before a member: takes away the comma, or the bracket that closes the list or object. */
  private isClosed(open: number, close: number, isFirst: boolean): boolean {
    const code = this.code();
    if (code === close) {
      this.at++;
      return true;
    }
    const closer = String.fromCharCode(close);
    if (code === 0) this.refuseUnclosed(open, closer);
    if (isFirst) return false;
    if (code !== COMMA) this.refuse(`a "," or "${closer}" is missing before ${this.shown()}`, 'write it');
    this.at++;
    if (this.code() === 0) this.refuseUnclosed(open, closer);
    if (this.code() === close) this.refuse(`a comma stands before "${closer}"`, 'remove the comma');
    return false;
  }

  private refuseUnclosed(open: number, closer: string): never {
    this.refuse(
      `the "${this.text.charAt(open)}" here is never closed`,
      `close it with "${closer}"; is the file cut off?`,
      open,
    );
  }
}
