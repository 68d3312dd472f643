import { excerpt, TextError } from './text-problem.ts';

/** The kinds of tokens. */
export const TOKEN = {
  textEnd: 0,
  directive: 1,
  documentStart: 2,
  documentEnd: 3,
  blockList: 4,
  blockMap: 5,
  blockEnd: 6,
  flowList: 7,
  flowListEnd: 8,
  flowMap: 9,
  flowMapEnd: 10,
  item: 11,
  comma: 12,
  key: 13,
  value: 14,
  alias: 15,
  anchor: 16,
  tag: 17,
  scalar: 18,
} as const;

/** The smallest part of a YAML text that has a meaning. */
export interface Token {
  readonly kind: (typeof TOKEN)[keyof typeof TOKEN];
  readonly start: number;
  readonly end: number;
  /** What a scalar says, or the name of an alias, an anchor or a tag. */
  readonly text: string;
  /** Whether it is a scalar without quotes, whose text may stand for a number, a boolean or null. */
  readonly isPlain: boolean;
}

/** A token that turns out to be a key when a colon follows it. */
interface PossibleKey {
  isPossible: boolean;
  /** In the column of the other keys, so that it can be nothing else. */
  isRequired: boolean;
  token: number;
  start: number;
  line: number;
}

/** How far behind the beginning of a key its colon may be. Source: YAML 1.1, 9.1.4 */
const LONGEST_KEY = 1024;
/** How many tokens that were taken stay in the queue: cutting them off one by one takes time. */
const LONGEST_TAIL = 100;

const [TAB, LF, CR, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
const [NEL, LINE_SEPARATOR, PARAGRAPH_SEPARATOR] = [0x85, 0x2028, 0x2029];
const [QUOTE, HASH, PERCENT, AMPERSAND, APOSTROPHE] = [0x22, 0x23, 0x25, 0x26, 0x27];
const [ASTERISK, PLUS, COMMA, DASH, DOT, COLON] = [0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x3a];
const [GREATER, QUESTION, AT, BACKSLASH, BACKTICK] = [0x3e, 0x3f, 0x40, 0x5c, 0x60];
const [BRACKET, BRACKET_END, BRACE, BRACE_END, BAR, EXCLAMATION] = [0x5b, 0x5d, 0x7b, 0x7d, 0x7c, 0x21];
const BYTE_ORDER_MARK = 0xfeff;

const isBlank = (code: number): boolean => code === SPACE || code === TAB;
/** Where a line ends. Source: YAML 1.1, 4.2.2 */
const isBreak = (code: number): boolean =>
  code === LF || code === CR || code === NEL || code === LINE_SEPARATOR || code === PARAGRAPH_SEPARATOR;
/** Whether a line begins behind it. */
const isLineStart = (code: number): boolean => isBreak(code) || code === BYTE_ORDER_MARK;
/** Zero is the end of the text. */
const isBlankOrEnd = (code: number): boolean => code <= SPACE || isBreak(code);
const isBreakOrEnd = (code: number): boolean => code === 0 || isBreak(code);
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isFlowMark = (code: number): boolean =>
  code === COMMA || code === BRACKET || code === BRACKET_END || code === BRACE || code === BRACE_END;
const isWordPart = (code: number): boolean =>
  isDigit(code) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === DASH || code === 0x5f;

const ASCII = 128;
/** Of ASCII: 1 where a character may end a word. */
const ENDS_WORD = Uint8Array.from({ length: ASCII }, (_, code) =>
  isBlankOrEnd(code) || isFlowMark(code) || code === COLON || code === QUESTION ? 1 : 0,
);

/**
 * Cuts YAML into tokens by the rules of libyaml, which the reader inside kubectl, Helm and the API server goes by. That is
 * YAML 1.1 with habits of its own: brackets need no indentation, and a comment needs no space before it. A text that this
 * refuses is refused there, and the other way round; tests/apiserver/reading.test.ts compares.
 *
 * A key is known by the colon behind it, so tokens wait in a queue until it is clear whether they are one.
 */
export class YamlScanner {
  private readonly text: string;
  private readonly start: number;
  private readonly end: number;
  private at: number;
  private line = 0;
  private lineStart: number;

  private readonly queue: Token[] = [];
  private head = 0;
  private taken = 0;
  private isReady = false;

  private indent = -1;
  private readonly indents: number[] = [];
  private flowLevel = 0;
  /** One a flow level. */
  private readonly keys: PossibleKey[] = [{ isPossible: false, isRequired: false, token: 0, start: 0, line: 0 }];
  private isKeyAllowed = true;
  private lastScalar = -1;
  private breaks = 0;
  private oddBreaks = '';

  /** The text from `start` to before `end`, which is where a line break stands or is added. */
  constructor(text: string, start: number, end: number) {
    this.text = text;
    this.start = start;
    this.end = end;
    this.at = start;
    this.lineStart = start;
    // The part of a list item behind its dash: columns are those of the file.
    while (this.lineStart > 0 && !isLineStart(text.charCodeAt(this.lineStart - 1))) this.lineStart--;
  }

  /** The next token, which stays the next one. */
  peek(): Token {
    if (!this.isReady) {
      while (this.head === this.queue.length || this.mayBecomeKey()) this.fetch();
      this.isReady = true;
    }
    return this.queue[this.head] as Token; // there is one, else it would have been fetched
  }

  /** Takes the next token away. */
  take(): Token {
    const token = this.peek();
    this.head++;
    this.taken++;
    this.isReady = false;
    if (this.head > LONGEST_TAIL) {
      this.queue.splice(0, this.head);
      this.head = 0;
    }
    return token;
  }

  /** Where the line of an offset begins, behind its indentation. */
  firstInLine(offset: number): number {
    let at = offset - this.columnOf(offset);
    while (isBlank(this.code(at))) at++;
    return at;
  }

  /** How many characters stand before an offset in its line. */
  columnOf(offset: number): number {
    let start = offset;
    while (start > 0 && !isLineStart(this.text.charCodeAt(start - 1))) start--;
    return offset - start;
  }

  /** What stands at an offset, for a message. */
  shown(start: number): string {
    return JSON.stringify(excerpt(this.text, start, this.end));
  }

  private code(at: number): number {
    return at < this.end ? this.text.charCodeAt(at) : at === this.end ? LF : 0;
  }

  private column(): number {
    return this.at - this.lineStart;
  }

  private refuse(offset: number, message: string, fix: string): never {
    throw new TextError({ fault: 'syntax', offset: Math.min(offset, this.end), message, fix });
  }

  private push(kind: Token['kind'], start: number, text = '', isPlain = false): void {
    this.queue.push({ kind, start, end: this.at, text, isPlain });
  }

  /** A token of no characters, before another one or behind all. */
  private insert(kind: Token['kind'], start: number, before?: number): void {
    const token: Token = { kind, start, end: start, text: '', isPlain: false };
    if (before === undefined) this.queue.push(token);
    else this.queue.splice(this.head + before - this.taken, 0, token);
  }

  // Keys and indentation

  private mayBecomeKey(): boolean {
    const { keys } = this;
    // Asked for each token: an iterator would take longer than the comparison.
    for (let level = 0; level < keys.length; level++) {
      const key = keys[level] as PossibleKey; // there is one at each level
      if (key.isPossible && key.token === this.taken) return this.isValid(key);
    }
    return false;
  }

  /** A key without `?` ends in its line, and is not endless. */
  private isValid(key: PossibleKey): boolean {
    if (!key.isPossible) return false;
    if (key.line === this.line && key.start + LONGEST_KEY >= this.at) return true;
    if (key.isRequired) this.refuseKey(key);
    key.isPossible = false;
    return false;
  }

  /** Whether what begins at `start` ends here, before a colon that makes it a key. */
  private isKey(start: number): boolean {
    if (this.code(this.at) !== COLON || !(this.flowLevel > 0 || isBlankOrEnd(this.code(this.at + 1)))) return false;
    const key = this.currentKey();
    return key.start === start && this.isValid(key);
  }

  private currentKey(): PossibleKey {
    return this.keys[this.flowLevel] as PossibleKey; // grows and shrinks with the level
  }

  private saveKey(): void {
    if (!this.isKeyAllowed) return;
    this.removeKey();
    const key = this.currentKey();
    key.isPossible = true;
    key.isRequired = this.flowLevel === 0 && this.indent === this.column();
    key.token = this.taken + this.queue.length - this.head;
    key.start = this.at;
    key.line = this.line;
  }

  private removeKey(): void {
    const key = this.currentKey();
    if (key.isPossible && key.isRequired) this.refuseKey(key);
    key.isPossible = false;
  }

  private refuseKey({ start, line }: PossibleKey): never {
    const shown = this.shown(start);
    const [, name, value] = /^"([\w./-]+):([^\s"\\].*)"$/.exec(shown) ?? [];
    if (name !== undefined)
      this.refuse(
        start,
        `there is no space behind the colon in ${shown}`,
        `write ${JSON.stringify(`${name}: ${value}`)}`,
      );
    if (line === this.line && this.at > start + LONGEST_KEY) this.refuseLongKey(start);
    this.refuse(
      start,
      `${shown} is no field: it has no ":"`,
      'write "name: value"; if it belongs to the text above, indent it deeper than its key',
    );
  }

  private refuseLongKey(start: number): never {
    this.refuse(start, `a key of more than ${LONGEST_KEY} characters`, 'shorten it, or write "? " before it');
  }

  private rollIndent(column: number, kind: Token['kind'], start: number, before?: number): void {
    if (this.flowLevel > 0 || this.indent >= column) return;
    this.indents.push(this.indent);
    this.indent = column;
    this.insert(kind, start, before);
  }

  private unrollIndent(column: number): void {
    if (this.flowLevel > 0) return;
    while (this.indent > column) {
      this.push(TOKEN.blockEnd, this.at);
      this.indent = this.indents.pop() ?? -1;
    }
  }

  // One token

  private fetch(): void {
    this.skipToToken();
    const code = this.code(this.at);
    if (code === 0) return this.fetchEnd();
    const column = this.column();
    this.unrollIndent(column);
    const next = this.code(this.at + 1);
    if (column === 0) {
      if (code === PERCENT) return this.fetchDirective();
      if (this.isDocumentMark()) return this.fetchDocumentMark(code);
    }
    switch (code) {
      case BRACKET:
        return this.fetchFlowStart(TOKEN.flowList);
      case BRACE:
        return this.fetchFlowStart(TOKEN.flowMap);
      case BRACKET_END:
        return this.fetchFlowEnd(TOKEN.flowListEnd);
      case BRACE_END:
        return this.fetchFlowEnd(TOKEN.flowMapEnd);
      case COMMA:
        return this.fetchComma();
      case DASH:
        return isBlankOrEnd(next) ? this.fetchItem() : this.fetchPlain();
      case QUESTION:
        return this.flowLevel > 0 || isBlankOrEnd(next) ? this.fetchKey() : this.fetchPlain();
      case COLON:
        return this.flowLevel > 0 || isBlankOrEnd(next) ? this.fetchValue() : this.fetchPlain();
      case ASTERISK:
        return this.fetchName(TOKEN.alias);
      case AMPERSAND:
        return this.fetchName(TOKEN.anchor);
      case EXCLAMATION:
        return this.fetchTag();
      case QUOTE:
      case APOSTROPHE:
        return this.fetchQuoted(code);
      case BAR:
      case GREATER:
        return this.flowLevel === 0 ? this.fetchBlockScalar(code === BAR) : this.refuseStart();
      case TAB:
      case PERCENT:
      case AT:
      case BACKTICK:
        return this.refuseStart();
      default:
        return this.fetchPlain();
    }
  }

  private refuseStart(): never {
    if (this.code(this.at) === TAB)
      this.refuse(
        this.at,
        'a tab indents this line, and YAML takes spaces only',
        'replace the tab by spaces: editors do it for a whole file',
      );
    const shown = this.shown(this.at);
    this.refuse(this.at, `no value can begin as ${shown} does`, 'put the value in quotes');
  }

  private skipToToken(): void {
    for (;;) {
      // Files that were put together one behind the other may have a mark at the beginning of any document.
      if (this.at === this.lineStart && this.lineStart === this.start && this.code(this.at) === BYTE_ORDER_MARK)
        this.lineStart = ++this.at;
      let code = this.skipSpaces();
      while (code === TAB && (this.flowLevel > 0 || !this.isKeyAllowed)) {
        this.at++;
        code = this.skipSpaces();
      }
      if (code === HASH) code = this.skipLine();
      if (!isBreak(code)) return;
      this.skipBreak();
      if (this.flowLevel === 0) this.isKeyAllowed = true;
    }
  }

  /** Over spaces, which are a third of most files; says what stands behind them. */
  private skipSpaces(): number {
    const { text, end } = this;
    let at = this.at;
    while (at < end && text.charCodeAt(at) === SPACE) at++;
    this.at = at;
    return this.code(at);
  }

  /** To the end of the line; says what stands there. */
  private skipLine(): number {
    let code = this.code(this.at);
    while (!isBreakOrEnd(code)) code = this.code(++this.at);
    return code;
  }

  /** Over one line break; says what it means in a text. */
  private skipBreak(): string {
    const code = this.code(this.at++);
    if (code === CR) {
      // Files that were converted twice end lines in CR CR LF, of which kubectl cuts off CR LF and puts LF there.
      if (this.code(this.at) === CR && this.code(this.at + 1) === LF) this.at++;
      if (this.code(this.at) === LF) this.at++;
    }
    this.line++;
    this.lineStart = this.at;
    return code === LINE_SEPARATOR || code === PARAGRAPH_SEPARATOR ? String.fromCharCode(code) : '\n';
  }

  /** Over one more line break. They are counted, because a text of them that grows one by one takes 32 bytes for each. */
  private addBreak(): void {
    const meaning = this.skipBreak();
    if (meaning === '\n') this.breaks++;
    else {
      this.oddBreaks += '\n'.repeat(this.breaks) + meaning;
      this.breaks = 0;
    }
  }

  /** What the line breaks since the last call mean in a text. */
  private takeBreaks(): string {
    const text = this.breaks === 0 ? this.oddBreaks : this.oddBreaks + '\n'.repeat(this.breaks);
    this.breaks = 0;
    this.oddBreaks = '';
    return text;
  }

  private isDocumentMark(): boolean {
    const code = this.code(this.at);
    return (
      (code === DASH || code === DOT) &&
      this.code(this.at + 1) === code &&
      this.code(this.at + 2) === code &&
      isBlankOrEnd(this.code(this.at + 3))
    );
  }

  private fetchEnd(): void {
    this.unrollIndent(-1);
    this.removeKey();
    this.isKeyAllowed = false;
    this.push(TOKEN.textEnd, this.at);
  }

  private fetchDirective(): void {
    this.unrollIndent(-1);
    this.removeKey();
    this.isKeyAllowed = false;
    const start = this.at;
    this.skipLine();
    if (!DIRECTIVE.test(this.text.slice(start, Math.min(this.at, this.end))))
      this.refuse(start, `no line can begin with "%": ${this.shown(start)}`, 'put a text that begins so in quotes');
    this.push(TOKEN.directive, start);
  }

  private fetchDocumentMark(code: number): void {
    this.unrollIndent(-1);
    this.removeKey();
    this.isKeyAllowed = false;
    const start = this.at;
    this.at += 3;
    this.push(code === DASH ? TOKEN.documentStart : TOKEN.documentEnd, start);
  }

  private fetchFlowStart(kind: Token['kind']): void {
    this.saveKey();
    this.flowLevel++;
    this.keys.push({ isPossible: false, isRequired: false, token: 0, start: 0, line: 0 });
    this.isKeyAllowed = true;
    this.push(kind, this.at++);
  }

  private fetchFlowEnd(kind: Token['kind']): void {
    this.removeKey();
    if (this.flowLevel > 0) {
      this.flowLevel--;
      this.keys.pop();
    }
    this.isKeyAllowed = false;
    this.push(kind, this.at++);
  }

  private fetchComma(): void {
    this.removeKey();
    this.isKeyAllowed = true;
    this.push(TOKEN.comma, this.at++);
  }

  private fetchItem(): void {
    if (this.flowLevel === 0) {
      if (!this.isKeyAllowed)
        this.refuse(
          this.at,
          `a list cannot begin within a line: ${this.shown(this.at)}`,
          'begin it in a line of its own below the key; put a text in quotes',
        );
      this.rollIndent(this.column(), TOKEN.blockList, this.at);
    }
    this.removeKey();
    this.isKeyAllowed = true;
    this.push(TOKEN.item, this.at++);
  }

  private fetchKey(): void {
    if (this.flowLevel === 0) {
      if (!this.isKeyAllowed)
        this.refuse(
          this.at,
          `no key can begin here: ${this.shown(this.at)}`,
          'put a text that begins with "?" in quotes',
        );
      this.rollIndent(this.column(), TOKEN.blockMap, this.at);
    }
    this.removeKey();
    this.isKeyAllowed = this.flowLevel === 0;
    this.push(TOKEN.key, this.at++);
  }

  private fetchValue(): void {
    const key = this.currentKey();
    if (this.isValid(key)) {
      this.insert(TOKEN.key, key.start, key.token);
      this.rollIndent(key.start - this.lineStart, TOKEN.blockMap, key.start, key.token);
      key.isPossible = false;
      this.isKeyAllowed = false;
    } else {
      if (this.flowLevel === 0) {
        if (!this.isKeyAllowed) this.refuseValue();
        this.rollIndent(this.column(), TOKEN.blockMap, this.at);
      }
      this.isKeyAllowed = this.flowLevel === 0;
    }
    this.push(TOKEN.value, this.at++);
  }

  /** A colon where no field can be: the line is indented too deep, or its text holds a colon. */
  private refuseValue(): never {
    if (this.at > this.lineStart + LONGEST_KEY) this.refuseLongKey(this.lineStart);
    const start = this.firstInLine(this.at);
    if (this.lastScalar >= 0 && this.lastScalar < this.lineStart)
      this.refuse(
        start,
        `${this.shown(start)} is indented deeper than the line above, which has its value already`,
        'give it the indentation of the fields that it belongs to',
      );
    this.refuse(
      this.at,
      `a second ":" in one line: ${this.shown(start)}`,
      'put the value in quotes, or write the inner field in a line of its own, indented deeper',
    );
  }

  private fetchName(kind: typeof TOKEN.alias | typeof TOKEN.anchor): void {
    this.saveKey();
    this.isKeyAllowed = false;
    const start = this.at++;
    while (isWordPart(this.code(this.at))) this.at++;
    const text = this.text.slice(start + 1, this.at);
    if (text === '' || !(isBlankOrEnd(this.code(this.at)) || '?:,]}%@`'.includes(this.text.charAt(this.at))))
      this.refuse(
        start,
        kind === TOKEN.alias
          ? `"*" begins the name of an alias, and ${this.shown(start)} is none`
          : `"&" begins the name of an anchor, and ${this.shown(start)} is none`,
        'put the text in quotes',
      );
    this.push(kind, start, text);
  }

  private fetchTag(): void {
    this.saveKey();
    this.isKeyAllowed = false;
    const start = this.at;
    TAG.lastIndex = start;
    const [tag = '!', verbatim, handle = '', suffix = ''] = TAG.exec(this.text) ?? [];
    this.at = Math.min(start + tag.length, this.end);
    if (!isBlankOrEnd(this.code(this.at)) || /%(?![0-9A-Fa-f]{2})/.test(tag) || tag === '!!')
      this.refuse(start, `${this.shown(start)} is no tag`, 'put a text that begins with "!" in quotes');
    // Other handles would have to be declared, and kubectl takes no declarations: their tags have no name.
    const name = handle === '' ? `!${suffix}` : handle === '!' ? `tag:yaml.org,2002:${suffix}` : '';
    this.push(TOKEN.tag, start, verbatim ?? name);
  }

  // Scalars

  private fetchPlain(): void {
    this.saveKey();
    this.isKeyAllowed = false;
    const start = this.at;
    const floor = this.indent + 1;
    let value: Pieces | undefined; // when there is more than one line
    let lineFrom = start; // of the part that is not yet in the value
    let lineTo = start;
    let fold: string | undefined; // what the line breaks before `at` mean
    for (;;) {
      if (this.code(this.at) === HASH || (this.at === this.lineStart && this.isDocumentMark())) break;
      const wordFrom = this.at;
      const code = this.skipWord();
      if (this.at > wordFrom) {
        if (fold !== undefined) {
          (value ??= new Pieces()).add(this.text.slice(lineFrom, lineTo), fold);
          lineFrom = wordFrom;
          fold = undefined;
        }
        lineTo = this.at;
      }
      if (!isBlank(code) && !isBreak(code)) break;
      fold = this.skipGap(floor);
      if (this.flowLevel === 0 && this.column() < floor) break;
    }
    const text = this.text.slice(lineFrom, lineTo);
    this.pushScalar(start, lineTo, value === undefined ? text : `${value}${text}`, 'plain');
    if (fold !== undefined) this.isKeyAllowed = true;
  }

  /** To the end of a word in a plain text; says what stands there. */
  private skipWord(): number {
    const { text, end } = this;
    const isInFlow = this.flowLevel > 0;
    let at = this.at;
    // Most of a file is read in this loop, so letters are told by one look into a table.
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code < ASCII ? ENDS_WORD[code] === 0 : !isBreak(code)) continue;
      if (code === COLON ? isBlankOrEnd(this.code(at + 1)) : isInFlow || isBlankOrEnd(code)) break;
    }
    this.at = at;
    return this.code(at);
  }

  /** Over blanks and line breaks within a plain text; says what the line breaks mean there, undefined without any. */
  private skipGap(floor: number): string | undefined {
    let first: string | undefined;
    for (;;) {
      const code = this.skipSpaces();
      if (code === TAB) {
        if (first !== undefined && this.column() < floor) this.refuseStart();
        this.at++;
      } else if (!isBreak(code)) return first === undefined ? undefined : folded(first, this.takeBreaks());
      else if (first === undefined) first = this.skipBreak();
      else this.addBreak();
    }
  }

  private fetchQuoted(quote: number): void {
    this.saveKey();
    this.isKeyAllowed = false;
    const start = this.at++;
    let value: Pieces | undefined; // when it is not the text as it stands
    let from = this.at;
    for (;;) {
      const code = this.code(this.at);
      if (code === quote) {
        if (quote === QUOTE || this.code(this.at + 1) !== APOSTROPHE) break;
        (value ??= new Pieces()).add(this.text.slice(from, this.at + 1));
        from = this.at += 2;
      } else if (code === BACKSLASH && quote === QUOTE) {
        const before = this.text.slice(from, this.at);
        (value ??= new Pieces()).add(before, this.scanEscape(start));
        from = this.at;
      } else if (isBreakOrEnd(code)) {
        if (code === 0) this.refuseUnclosed(start);
        let to = this.at;
        while (to > from && isBlank(this.code(to - 1))) to--;
        (value ??= new Pieces()).add(this.text.slice(from, to), this.scanQuotedBreaks(start));
        from = this.at;
      } else this.at++;
    }
    const text = this.text.slice(from, this.at++);
    this.pushScalar(start, this.at, value === undefined ? text : `${value}${text}`, 'quoted');
  }

  /** A text that a colon follows right away is a key at once, without a place to be kept for it in the queue. */
  private pushScalar(start: number, end: number, text: string, style: 'plain' | 'quoted'): void {
    const isKey = this.isKey(start);
    if (isKey) {
      this.rollIndent(start - this.lineStart, TOKEN.blockMap, start);
      this.insert(TOKEN.key, start);
      this.currentKey().isPossible = false;
    }
    this.queue.push({ kind: TOKEN.scalar, start, end, text, isPlain: style === 'plain' });
    this.lastScalar = start;
    if (isKey) this.push(TOKEN.value, this.at++);
  }

  /** Over the line breaks in a quoted text, and the indentation of the next line. */
  private scanQuotedBreaks(start: number, isEscaped = false): string {
    // A break that is escaped means nothing, but those behind it do.
    const first = isEscaped ? '' : this.skipBreak();
    for (;;) {
      if (this.at === this.lineStart && this.isDocumentMark()) this.refuseUnclosed(start);
      const code = this.code(this.at);
      if (isBlank(code)) this.at++;
      else if (isBreak(code)) this.addBreak();
      else return folded(first, this.takeBreaks());
    }
  }

  private refuseUnclosed(start: number): never {
    const quote = this.text.charAt(start);
    this.refuse(
      start,
      `the text that begins here with ${quote} is never closed`,
      `close it with ${quote}; is the file cut off?`,
    );
  }

  private scanEscape(start: number): string {
    const at = this.at;
    const code = this.code(at + 1);
    if (isBreak(code)) {
      this.at++;
      this.skipBreak();
      return this.scanQuotedBreaks(start, true);
    }
    if (code === 0) this.refuseUnclosed(start);
    const letter = this.text.charAt(at + 1);
    const simple = ESCAPES.get(letter);
    if (simple !== undefined) {
      this.at += 2;
      return simple;
    }
    const digits = { x: 2, u: 4, U: 8 }[letter];
    if (digits === undefined)
      this.refuse(
        at,
        `"\\${letter}" means nothing in double quotes`,
        `write "\\\\${letter}" for a backslash, or use single quotes`,
      );
    const hex = this.text.slice(at + 2, Math.min(at + 2 + digits, this.end));
    const point = /^[0-9A-Fa-f]+$/.test(hex) && hex.length === digits ? Number.parseInt(hex, 16) : -1;
    if (point < 0 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
      this.refuse(
        at,
        `"\\${letter}${hex}" is no character`,
        `write ${digits} hexadecimal digits of a character; one beyond the first 65,536 is one \\U and 8 digits`,
      );
    this.at += 2 + digits;
    return String.fromCodePoint(point);
  }

  private fetchBlockScalar(isLiteral: boolean): void {
    this.removeKey();
    this.isKeyAllowed = true;
    const start = this.at++;
    const { chomping, depth } = this.scanBlockHeader(start);
    let indent = depth === 0 ? 0 : Math.max(this.indent, 0) + depth;
    let breaks: string;
    [indent, breaks] = this.scanBlockBreaks(indent);
    const value = new Pieces();
    let lineBreak = '';
    let wasBlank = false;
    while (this.column() === indent && this.code(this.at) !== 0) {
      const isMoreIndented = isBlank(this.code(this.at));
      const isFolded = !isLiteral && !wasBlank && !isMoreIndented;
      value.add(isFolded ? folded(lineBreak, breaks) : lineBreak + breaks);
      wasBlank = isMoreIndented;
      const from = this.at;
      this.skipLine();
      value.add(this.text.slice(from, Math.min(this.at, this.end)));
      lineBreak = this.code(this.at) === 0 ? '' : this.skipBreak();
      [indent, breaks] = this.scanBlockBreaks(indent);
    }
    if (chomping !== 'strip') value.add(lineBreak);
    if (chomping === 'keep') value.add(breaks);
    this.push(TOKEN.scalar, start, `${value}`);
    this.lastScalar = start;
  }

  /** What stands behind `|` or `>`: a digit for the indentation and what becomes of the last line breaks. */
  private scanBlockHeader(start: number): { readonly chomping: 'clip' | 'keep' | 'strip'; readonly depth: number } {
    let chomping: 'clip' | 'keep' | 'strip' | undefined;
    let depth: number | undefined;
    for (;;) {
      const code = this.code(this.at);
      if (chomping === undefined && (code === PLUS || code === DASH)) chomping = code === PLUS ? 'keep' : 'strip';
      else if (depth === undefined && isDigit(code) && code !== 0x30) depth = code - 0x30;
      else break;
      this.at++;
    }
    while (isBlank(this.code(this.at))) this.at++;
    if (this.code(this.at) === HASH) this.skipLine();
    if (!isBreakOrEnd(this.code(this.at))) {
      const mark = this.text.charAt(start);
      this.refuse(
        this.at,
        `${this.shown(this.at)} stands in the line of "${mark}", which announces a text in the lines below`,
        `begin the text in the next line, or put a text that begins with "${mark}" in quotes`,
      );
    }
    if (this.code(this.at) !== 0) this.skipBreak();
    return { chomping: chomping ?? 'clip', depth: depth ?? 0 };
  }

  /** Over empty lines; the first line with a text sets the indentation when it is 0. */
  private scanBlockBreaks(indent: number): [number, string] {
    let deepest = 0;
    for (;;) {
      while ((indent === 0 || this.column() < indent) && this.code(this.at) === SPACE) this.at++;
      deepest = Math.max(deepest, this.column());
      const code = this.code(this.at);
      if ((indent === 0 || this.column() < indent) && code === TAB) this.refuseStart();
      if (!isBreak(code)) break;
      this.addBreak();
    }
    return [indent === 0 ? Math.max(deepest, this.indent + 1, 1) : indent, this.takeBreaks()];
  }
}

/** Puts a text together: one that grows piece by piece takes 32 bytes for each, until it is read. */
class Pieces {
  private text = '';
  private readonly pieces: string[] = [];

  add(...pieces: readonly string[]): void {
    this.pieces.push(...pieces);
    if (this.pieces.length < AT_ONCE) return;
    this.text += this.pieces.join('');
    this.pieces.length = 0;
  }

  toString(): string {
    return this.text + this.pieces.join('');
  }
}

const AT_ONCE = 1024;

/** What line breaks mean within a text that is folded: one is a space, more are one less. */
const folded = (first: string, others: string): string =>
  first === '\n' ? (others === '' ? ' ' : others) : first + others;

const DIRECTIVE = /^%(?:YAML[ \t]+\d{1,2}\.\d{1,2}|TAG[ \t]+!(?:[\w-]*!)?[ \t]+\S+)[ \t]*(?:#.*)?$/;

/** What may stand in a tag: `!<…>`, or a handle and a suffix. */
const TAG = /!(?:<((?:[\w\-;/?:@&=+$,.!~*'()[\]]|%..)+)>|((?:[\w-]*!)?)((?:[\w\-;/?:@&=+$,.!~*'()[\]]|%..)*))/y;

const ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '0': '\0',
    a: '\u0007',
    b: '\b',
    t: '\t',
    '\t': '\t',
    n: '\n',
    v: '\v',
    f: '\f',
    r: '\r',
    e: '\u001b',
    ' ': ' ',
    '"': '"',
    "'": "'",
    '\\': '\\',
    N: '\u0085',
    _: '\u00a0',
    L: '\u2028',
    P: '\u2029',
  }),
);
