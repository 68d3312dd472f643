import type { JsonObject, JsonValue } from '../imports/istio.ts';
import {
  MAX_DEPTH,
  MAX_REPEATED,
  hasField,
  setField,
  type Document,
  type Fields,
  type Places,
  type RepeatedKey,
  type Span,
} from './document.ts';
import { TextError, type TextProblem } from './text-problem.ts';
import { keyText, plainValue, taggedValue, type Scalar } from './yaml-scalar.ts';
import { TOKEN, YamlScanner, type Token } from './yaml-scanner.ts';

/**
 * Reads the first YAML document of a part of a text, as kubectl reads it. The later of two equal keys counts; `<<`
 * takes over all fields of another object, and those that stand before it in the same object are lost to it.
 *
 * @param places filled with where everything begins, when it is given
 * @throws TextError when it is no YAML, or when kubectl would not take it
 */
export function readYamlDocument(text: string, { start, end }: Span, places?: Places): Document {
  return new Reader(text, start, end, places).document();
}

/** An anchor and what it stands for. */
interface Anchor {
  value: JsonValue;
  /** How many nodes it is, with those that its aliases stand for. */
  size: number;
  isComplete: boolean;
}

/** What stands before a value. */
interface Properties {
  readonly anchor: Anchor | undefined;
  readonly tag: string | undefined;
}

const NO_PROPERTIES: Properties = { anchor: undefined, tag: undefined };

class Reader {
  private readonly scanner: YamlScanner;
  private readonly places: Places | undefined;
  private readonly anchors = new Map<string, Anchor>();
  private readonly repeated: RepeatedKey[] = [];
  private readonly items: Span[] = [];
  /** Keys of objects that `<<` brought, and that may be written once more. */
  private readonly merged = new Map<object, Set<string>>();
  /** What the last alias stands for. */
  private aliased: JsonValue | undefined;
  private readonly brackets: Token[] = [];
  private depth = 0;
  /** Whether what is read lies in the field `items` of the outermost object. */
  private isInItems = false;
  /** Where the last token that was taken ends. */
  private lastEnd: number;
  private nodes = 0;
  private nodesOfAliases = 0;

  constructor(text: string, start: number, end: number, places: Places | undefined) {
    this.scanner = new YamlScanner(text, start, end);
    this.places = places;
    this.lastEnd = start;
  }

  document(): Document {
    const first = this.scanner.peek();
    if (first.kind === TOKEN.directive)
      this.refuse(
        first.start,
        `kubectl takes no directives, and ${this.scanner.shown(first.start)} is one`,
        'remove the line',
      );
    if (first.kind === TOKEN.documentEnd)
      this.refuse(
        first.start,
        '"..." ends a document, and there is none before it: kubectl refuses the file',
        'remove the line',
      );
    if (first.kind === TOKEN.documentStart) this.take();
    this.nodes++;
    const { start } = this.scanner.peek();
    const value = this.isDocumentEnd() ? undefined : this.node('block');
    this.checkSize(start);
    const { kind, start: offset } = this.scanner.peek();
    const { repeated, items } = this;
    if (kind === TOKEN.textEnd) return { value, start, repeated, items };
    const rest = kind === TOKEN.documentEnd ? this.behindEnd() : { offset, isDocument: kind === TOKEN.documentStart };
    return { value, start, repeated, items, ...(rest && { rest }) };
  }

  private isDocumentEnd(): boolean {
    const { kind } = this.scanner.peek();
    return (
      kind === TOKEN.textEnd || kind === TOKEN.documentEnd || kind === TOKEN.documentStart || kind === TOKEN.directive
    );
  }

  /** What stands behind `...`: kubectl never looks at it, so it may be no YAML at all. */
  private behindEnd(): Document['rest'] {
    try {
      while (this.scanner.peek().kind === TOKEN.documentEnd) this.take();
      const { kind, start } = this.scanner.peek();
      return kind === TOKEN.textEnd ? undefined : { offset: start, isDocument: true };
    } catch (error) {
      if (!(error instanceof TextError)) throw error;
      return { offset: this.lastEnd, isDocument: true };
    }
  }

  private refuse(offset: number, message: string, fix: string, more: Partial<TextProblem> = {}): never {
    throw new TextError({ fault: 'syntax', offset, message, fix, ...more });
  }

  private take(): Token {
    const token = this.scanner.take();
    if (token.end > token.start) this.lastEnd = token.end;
    return token;
  }

  // Nodes

  /** `below a key`: a list may begin in the column of the key. */
  private node(context: 'block' | 'below a key' | 'flow'): JsonValue {
    const first = this.scanner.peek();
    this.nodes++;
    if (first.kind === TOKEN.alias) return this.alias();
    const hasProperties = isProperty(first);
    const { anchor, tag } = hasProperties ? this.properties() : NO_PROPERTIES;
    const token = hasProperties ? this.scanner.peek() : first;
    if (token.kind === TOKEN.scalar) {
      this.take();
      return this.anchored(anchor, this.scalar(token, tag));
    }
    if (isCollection(token, context)) return this.collection(anchor, token);
    if (hasProperties) return this.anchored(anchor, tag === undefined ? null : this.tagged(tag, '', first));
    return this.refuseNode(token);
  }

  private properties(): Properties {
    let anchor: Anchor | undefined;
    let tag: string | undefined;
    for (;;) {
      const { kind, text, start } = this.scanner.peek();
      if (kind === TOKEN.anchor && anchor === undefined) {
        anchor = { value: null, size: this.nodes, isComplete: false };
        this.anchors.set(text, anchor);
      } else if (kind === TOKEN.tag && tag === undefined) {
        tag = text;
        if (tag === '') this.refuse(start, `${this.scanner.shown(start)} is no tag that is known here`, QUOTE_TAG);
      } else return { anchor, tag };
      this.take();
    }
  }

  private anchored<V extends JsonValue>(anchor: Anchor | undefined, value: V): V {
    if (anchor !== undefined) Object.assign(anchor, { value, size: this.nodes - anchor.size + 1, isComplete: true });
    return value;
  }

  private collection(anchor: Anchor | undefined, { kind, start }: Token): JsonValue {
    if (++this.depth > MAX_DEPTH)
      this.refuse(
        start,
        `objects and lists lie in each other more than ${MAX_DEPTH} levels deep`,
        'is this a manifest at all?',
        { fault: 'too-large' },
      );
    const value: Fields | JsonValue[] =
      kind === TOKEN.blockMap || kind === TOKEN.flowMap || kind === TOKEN.key ? {} : [];
    this.places?.set(value, new Map());
    if (Array.isArray(value)) this.fillList(value, kind);
    else if (kind === TOKEN.blockMap) this.blockMap(value);
    else if (kind === TOKEN.flowMap) this.flowMap(value);
    else this.pair(value);
    this.depth--;
    return this.anchored(anchor, value);
  }

  private fillList(list: JsonValue[], kind: Token['kind']): void {
    if (kind === TOKEN.blockList) this.blockList(list);
    else if (kind === TOKEN.flowList) this.flowList(list);
    else this.flatList(list);
  }

  private alias(): JsonValue {
    const { text, start } = this.take();
    const anchor = this.anchors.get(text);
    if (anchor === undefined)
      this.refuse(
        start,
        `"*${text}" stands for an anchor "&${text}", and there is none above it in this document`,
        `put the text in quotes; if an alias is meant, write "&${text}" at the value that it stands for`,
      );
    if (!anchor.isComplete)
      this.refuse(start, `"*${text}" stands for the very value that it is a part of`, 'write the value out', {
        fault: 'too-large',
      });
    this.nodes += anchor.size;
    this.nodesOfAliases += anchor.size;
    this.checkSize(start);
    this.aliased = anchor.value;
    return anchor.value;
  }

  /** The limit of kubectl. Source: go.yaml.in/yaml/v2, "document contains excessive aliasing" */
  private checkSize(offset: number): void {
    const { nodes, nodesOfAliases } = this;
    if (nodesOfAliases <= 100 || nodes <= 1000) return;
    const share = nodes <= 4e5 ? 0.99 : nodes >= 4e6 ? 0.1 : 0.99 - (0.89 * (nodes - 4e5)) / 3.6e6;
    if (nodesOfAliases / nodes > share)
      this.refuse(
        offset,
        `aliases make ${nodes.toExponential(0)} values of this document, which kubectl refuses`,
        'write the values out, or make them fewer',
        { fault: 'too-large' },
      );
  }

  private scalar(token: Token, tag: string | undefined): JsonValue {
    const { text, isPlain } = token;
    const value = tag !== undefined ? this.tagged(tag, text, token) : isPlain ? plainValue(text) : text;
    return this.finite(value, token);
  }

  private tagged(tag: string, text: string, { start }: Token): Scalar {
    const value = taggedValue(tag, text);
    if (value === undefined)
      this.refuse(
        start,
        `${JSON.stringify(text)} is not what its tag says, "!!${tag.slice(tag.lastIndexOf(':') + 1)}"`,
        'leave out the tag',
      );
    return value;
  }

  private finite(value: Scalar, { start, text }: Token): Scalar {
    if (typeof value === 'number' && !Number.isFinite(value))
      this.refuse(start, `${text} is no number that an object can hold`, 'write a number, or put a text in quotes');
    return value;
  }

  // What is wrong

  private refuseNode({ kind, start }: Token): never {
    const open = this.brackets.at(-1);
    if (this.isDocumentEnd() && open !== undefined) this.refuseUnclosed(open);
    const shown = this.scanner.shown(start);
    if (kind === TOKEN.item)
      this.refuse(
        start,
        `a list item with "- " stands within brackets: ${shown}`,
        'leave out the "- "; put a text in quotes',
      );
    if (kind === TOKEN.textEnd || kind === TOKEN.blockEnd)
      this.refuse(start, 'the document ends where a value is missing', 'write the value; is the file cut off?');
    this.refuse(start, `a value is missing before ${shown}`, 'write it, or put a text that begins so in quotes');
  }

  private refuseUnclosed({ kind, start }: Token): never {
    const [open, close] = kind === TOKEN.flowList ? ['[', ']'] : ['{', '}'];
    this.refuse(start, `the "${open}" here is never closed`, `close it with "${close}"; is the file cut off?`);
  }

  private refuseMember(open: Token): never {
    if (this.isDocumentEnd()) this.refuseUnclosed(open);
    const next = this.scanner.peek();
    // A colon comes behind a text that goes over several lines, because a bracket above is not closed.
    const start = next.kind === TOKEN.value ? this.scanner.firstInLine(next.start) : next.start;
    const [opener, closer] = open.kind === TOKEN.flowList ? ['[', ']'] : ['{', '}'];
    this.refuse(
      start,
      `a "," or "${closer}" is missing before ${this.scanner.shown(start)}`,
      `write it; put a text with brackets or commas in quotes`,
      { related: { says: `the "${opener}" is in`, offset: open.start } },
    );
  }

  /** Something in a list that is no item of it. */
  private refuseItem(first: number, start: number): never {
    if (this.scanner.columnOf(first) !== this.scanner.columnOf(start)) this.refuseIndentation(first, start);
    this.refuse(
      start,
      `${this.scanner.shown(start)} stands in the column of a list, and is no item of it`,
      'begin it with "- ", or give it the indentation of the field that it belongs to',
    );
  }

  private refuseIndentation(first: number, start: number): never {
    const [above, here] = [this.scanner.columnOf(first), this.scanner.columnOf(start)];
    this.refuse(
      start,
      `${this.scanner.shown(start)} lines up with nothing above it: its indentation is ${here}, that of the lines before it is ${above} or deeper`,
      'give it the indentation of the fields that it belongs to',
    );
  }

  /** Something in an object that is no field of it. */
  private refuseField(first: number): never {
    const { kind, start } = this.scanner.peek();
    const shown = this.scanner.shown(start);
    if (start !== this.scanner.firstInLine(start))
      this.refuse(start, `${shown} stands behind a value that is complete`, 'put all of the value in quotes');
    if (kind === TOKEN.item)
      this.refuse(
        start,
        `a list item stands among fields: ${shown}`,
        'give it at least the indentation of the field whose list it belongs to',
      );
    this.refuseIndentation(first, start);
  }

  // Lists

  private blockList(list: JsonValue[]): void {
    const { start: first } = this.take();
    for (;;) {
      const { kind, start } = this.scanner.peek();
      if (kind === TOKEN.blockEnd) break;
      if (kind !== TOKEN.item) this.refuseItem(first, start);
      this.item(list);
    }
    this.take();
  }

  /** A list in the column of its key, which no token begins or ends. */
  private flatList(list: JsonValue[]): void {
    while (this.scanner.peek().kind === TOKEN.item) this.item(list);
  }

  private item(list: JsonValue[]): void {
    const dash = this.take();
    const { kind, start } = this.scanner.peek();
    const isEmpty = kind === TOKEN.item || kind === TOKEN.key || kind === TOKEN.value || kind === TOKEN.blockEnd;
    this.places?.get(list)?.set(list.length, isEmpty ? dash.start : start);
    list.push(isEmpty ? this.empty() : this.node('block'));
    this.ended(isEmpty ? dash.start : start);
  }

  private flowList(list: JsonValue[]): void {
    const open = this.openBracket();
    while (!this.isClosed(open, TOKEN.flowListEnd, list.length === 0)) {
      const token = this.scanner.peek();
      this.places?.get(list)?.set(list.length, token.start);
      list.push(token.kind === TOKEN.key ? this.collection(undefined, token) : this.node('flow'));
      this.ended(token.start);
    }
  }

  /** The one field of an object within `[ ]` that has no braces. */
  private pair(fields: Fields): void {
    this.take();
    this.field(fields, 'pair');
  }

  /** Remembers where an item of the outermost `items` ends. */
  private ended(start: number): void {
    if (this.isInItems && this.depth === 2) this.items.push({ start, end: this.lastEnd });
  }

  // Objects

  private blockMap(fields: Fields): void {
    const { start: first } = this.take();
    for (;;) {
      const { kind } = this.scanner.peek();
      if (kind === TOKEN.blockEnd) break;
      if (kind !== TOKEN.key) this.refuseField(first);
      this.take();
      this.field(fields, 'block');
    }
    this.take();
  }

  private flowMap(fields: Fields): void {
    const open = this.openBracket();
    for (let isFirst = true; !this.isClosed(open, TOKEN.flowMapEnd, isFirst); isFirst = false) {
      const hasValue = this.scanner.peek().kind === TOKEN.key;
      if (hasValue) this.take();
      this.field(fields, hasValue ? 'flow' : 'name only');
    }
  }

  private empty(): null {
    this.nodes++;
    return null;
  }

  /** @param context of the field: in an object in block style or in braces, alone there, or as an object in a list */
  private field(fields: Fields, context: 'block' | 'flow' | 'name only' | 'pair'): void {
    const { start } = this.scanner.peek();
    const key = this.key(context === 'block' ? 'below a key' : 'flow');
    if (key === MERGE) return this.merge(fields, start, context);
    const isItems = key === 'items' && this.depth === 1;
    if (isItems) {
      this.items.length = 0;
      this.isInItems = true;
    }
    const value = this.value(context);
    if (isItems) this.isInItems = false;
    if (hasField(fields, key) && this.merged.get(fields)?.delete(key) !== true) this.repeat(fields, key, start, false);
    this.put(fields, key, value, start);
  }

  private value(context: 'block' | 'flow' | 'name only' | 'pair'): JsonValue {
    if (context === 'name only' || this.scanner.peek().kind !== TOKEN.value) return this.empty();
    this.take();
    const { kind } = this.scanner.peek();
    if (context === 'block') {
      const isEmpty = kind === TOKEN.key || kind === TOKEN.value || kind === TOKEN.blockEnd;
      return isEmpty ? this.empty() : this.node('below a key');
    }
    const end = context === 'pair' ? TOKEN.flowListEnd : TOKEN.flowMapEnd;
    return kind === TOKEN.comma || kind === end ? this.empty() : this.node('flow');
  }

  private key(context: 'below a key' | 'flow'): string | typeof MERGE {
    const first = this.scanner.peek();
    const hasProperties = isProperty(first);
    const { anchor, tag } = hasProperties ? this.properties() : NO_PROPERTIES;
    const token = hasProperties ? this.scanner.peek() : first;
    const { kind, text, start } = token;
    if (kind === TOKEN.scalar) {
      this.take();
      this.nodes++;
      if (token.isPlain && text === '<<' && tag === undefined) return MERGE;
      const value = tag === undefined ? (token.isPlain ? plainValue(text) : text) : this.tagged(tag, text, token);
      return this.name(this.anchored(anchor, value), text, start);
    }
    const isEmpty = kind === TOKEN.key || kind === TOKEN.value || kind === TOKEN.comma || kind === TOKEN.blockEnd;
    if (hasProperties && tag !== undefined)
      return this.name(this.anchored(anchor, this.tagged(tag, '', first)), '', start);
    if (isEmpty || hasProperties) this.refuse(start, 'a field has no name', 'write the name before the colon');
    const value = this.node(context);
    return this.name(value, String(value), start);
  }

  private name(value: JsonValue, text: string, start: number): string {
    if (typeof value === 'object' && value !== null)
      this.refuse(
        start,
        `${Array.isArray(value) ? 'a list' : 'an object'} is used as the name of a field: ${this.scanner.shown(start)}`,
        'put a text that begins with a bracket in quotes',
      );
    const name = keyText(value as Scalar, text); // neither list nor object
    if (name === undefined)
      this.refuse(start, `null is used as the name of a field: ${this.scanner.shown(start)}`, 'put the name in quotes');
    return name;
  }

  private repeat(fields: Fields, key: string, offset: number, isMerged: boolean): void {
    if (this.repeated.length === MAX_REPEATED) return;
    this.repeated.push({ key, offset, before: this.places?.get(fields)?.get(key), isMerged });
  }

  private put(fields: Fields, key: string, value: JsonValue, offset: number): void {
    this.places?.get(fields)?.set(key, offset);
    setField(fields, key, value);
  }

  /** Takes over the fields of one object, or of several of which the first counts most. */
  private merge(fields: Fields, offset: number, context: 'block' | 'flow' | 'name only' | 'pair'): void {
    this.depth++; // what is taken over is nothing of its own, `items` neither
    const source = this.value(context);
    this.depth--;
    // A list is written here, as in `<<: [*one, *other]`: an alias of a whole list is refused.
    const sources: readonly JsonValue[] = isList(source) && source !== this.aliased ? source.toReversed() : [source];
    if (!sources.every(isObject))
      this.refuse(
        offset,
        '"<<" takes over the fields of an object, and its value is none',
        'write "<<: *name" of an object with "&name", or put the key in quotes',
      );
    const merged = this.merged.get(fields) ?? new Set();
    this.merged.set(fields, merged);
    for (const object of sources)
      for (const [key, taken] of Object.entries(object)) {
        if (hasField(fields, key) && !merged.has(key)) this.repeat(fields, key, offset, true);
        merged.add(key);
        this.put(fields, key, taken, this.places?.get(object)?.get(key) ?? offset);
      }
  }

  // Brackets

  private openBracket(): Token {
    const open = this.take();
    this.brackets.push(open);
    return open;
  }

  /** Before a member of a list or object in brackets: takes away the comma, or the bracket that closes it. */
  private isClosed(open: Token, end: Token['kind'], isFirst: boolean): boolean {
    if (!isFirst && this.scanner.peek().kind !== end) {
      if (this.scanner.peek().kind !== TOKEN.comma) this.refuseMember(open);
      this.take();
    }
    if (this.scanner.peek().kind !== end) return false;
    this.take();
    this.brackets.pop();
    return true;
  }
}

const isProperty = ({ kind }: Token): boolean => kind === TOKEN.anchor || kind === TOKEN.tag;

const isCollection = ({ kind }: Token, context: 'block' | 'below a key' | 'flow'): boolean =>
  kind === TOKEN.flowMap ||
  kind === TOKEN.flowList ||
  (context !== 'flow' && (kind === TOKEN.blockMap || kind === TOKEN.blockList)) ||
  (context === 'below a key' && kind === TOKEN.item);

const QUOTE_TAG = 'put a text that begins with "!" in quotes';

const MERGE = Symbol('<<');

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
