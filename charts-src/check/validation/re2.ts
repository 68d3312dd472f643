// The syntax of RE2, which Envoy and Istio read regular expressions with. It is not that of JavaScript: there is no
// look-around and no backreference, because RE2 never takes more than linear time.
// Source: RE2's syntax page, and the order in which Go's regexp/syntax reads an expression

/** The most often that a part may be repeated, nested repetitions multiplied. */
const MAX_REPEAT = 1000;

/** A part of an expression, as far as repetitions count. */
interface Part {
  /** How often it is repeated at most; its minimum where there is no limit. */
  readonly times?: number;
  readonly parts: readonly Part[];
}

const ATOM: Part = { parts: [] };

/** A problem of an expression, thrown to end the reading. */
class SyntaxFault extends Error {}

const fault = (what: string): never => {
  throw new SyntaxFault(what);
};

/** What is wrong with a regular expression, as RE2 sees it; undefined when it can be compiled. */
export function re2Problem(expression: string): string | undefined {
  try {
    new Reader(expression).read();
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxFault) return error.message;
    throw error;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;
  /** What has been read since each open parenthesis and, in the last list, since the last `|`. */
  readonly #open: { all: Part[]; current: Part[] }[] = [{ all: [], current: [] }];
  readonly #names = new Set<string>();
  /** The operator that stands right before, if it is a repetition. */
  #lastRepeat = '';

  constructor(text: string) {
    this.#text = text;
  }

  read(): void {
    while (this.#at < this.#text.length) {
      const before = this.#lastRepeat;
      this.#lastRepeat = '';
      this.#step(before);
    }
    if (this.#open.length > 1) fault('a "(" is never closed');
  }

  #step(lastRepeat: string): void {
    const character = this.#take();
    switch (character) {
      case '(':
        return this.#beginGroup();
      case ')':
        return this.#endGroup();
      case '|':
        this.#top().all.push(...this.#top().current.splice(0));
        return;
      case '[':
        this.#readClass();
        return this.#push(ATOM);
      case '*':
      case '+':
      case '?':
        return void this.#repeat(character, lastRepeat);
      case '{':
        return this.#readCount(lastRepeat);
      case '\\':
        return this.#readEscape();
      default:
        return this.#push(ATOM);
    }
  }

  #top() {
    // The list of the expression itself is never closed.
    return this.#open.at(-1) ?? { all: [], current: [] };
  }

  #push(part: Part): void {
    this.#top().current.push(part);
  }

  #rest(): string {
    return this.#text.slice(this.#at);
  }

  #take(): string {
    const code = this.#text.codePointAt(this.#at);
    const character = code === undefined ? '' : String.fromCodePoint(code);
    this.#at += character.length;
    return character;
  }

  #beginGroup(): void {
    if (this.#text[this.#at] === '?') {
      this.#at++;
      if (this.#readFlags() === 'flags-only') return;
    }
    this.#open.push({ all: [], current: [] });
  }

  /** What follows `(?`: a name, or flags with or without a group. */
  #readFlags(): 'group' | 'flags-only' {
    const rest = this.#rest();
    if (/^<?[=!]/.test(rest))
      fault(`"(?${rest.slice(0, rest.startsWith('<') ? 2 : 1)}" is look-around, which RE2 does not have`);
    const named = /^P?<([^>]*)(>?)/.exec(rest);
    if (named !== null) {
      const [all, name = '', end] = named;
      if (end === '' || !/^[A-Za-z0-9_]+$/.test(name)) fault(`"(?${all}" is no name of a group`);
      if (this.#names.has(name)) fault(`two groups are called "${name}"`);
      this.#names.add(name);
      this.#at += all.length;
      return 'group';
    }
    const flags = /^(?:[imsU]*)(?:-[imsU]+)?([:)])/.exec(rest);
    if (flags === null) return fault(`"(?${rest.slice(0, 3)}" is no group that RE2 has`);
    this.#at += flags[0].length;
    return flags[1] === ':' ? 'group' : 'flags-only';
  }

  #endGroup(): void {
    if (this.#open.length === 1) fault('a ")" has no "(" before it');
    const { all, current } = this.#open.pop() ?? this.#top();
    this.#push({ parts: [...all, ...current] });
  }

  #readCount(lastRepeat: string): void {
    const found = /^(0|[1-9]\d*)(,(0|[1-9]\d*)?)?\}/.exec(this.#rest());
    // Anything else in braces stands for itself.
    if (found === null) return this.#push(ATOM);
    this.#at += found[0].length;
    const [, from = '', comma, to] = found;
    const min = Number(from);
    const max = comma === undefined ? min : to === undefined ? undefined : Number(to);
    const written = `{${found[0]}`;
    if (min > MAX_REPEAT || (max ?? 0) > MAX_REPEAT || (max !== undefined && min > max))
      fault(`"${written}" repeats more than ${MAX_REPEAT} times, or less than from its first number to its second`);
    const part = this.#repeat(written, lastRepeat, max ?? min);
    if ((min >= 2 || (max ?? 0) >= 2) && !fitsLimit(part, MAX_REPEAT))
      fault(`"${written}" and the repetitions within it multiply to more than ${MAX_REPEAT}`);
  }

  #repeat(operator: string, lastRepeat: string, times?: number): Part {
    // The question mark makes it take as little as it can.
    const lazy = this.#text[this.#at] === '?' ? '?' : '';
    this.#at += lazy.length;
    if (lastRepeat !== '') fault(`"${lastRepeat}${operator}" repeats a repetition`);
    const list = this.#top().current;
    const last = list.pop();
    if (last === undefined) return fault(`"${operator}" has nothing before it to repeat`);
    const part: Part = { ...(times !== undefined && { times }), parts: [last] };
    list.push(part);
    this.#lastRepeat = operator + lazy;
    return part;
  }

  #readEscape(): void {
    const next = this.#text[this.#at];
    if (next === 'Q') {
      const end = this.#text.indexOf('\\E', this.#at + 1);
      const quoted = this.#text.slice(this.#at + 1, end === -1 ? undefined : end);
      for (let left = [...quoted].length; left > 0; left--) this.#push(ATOM);
      this.#at = end === -1 ? this.#text.length : end + 2;
      return;
    }
    if (next !== undefined && 'AbBz'.includes(next)) this.#at++;
    else if (!this.#readClassEscape()) this.#readCharacterEscape();
    this.#push(ATOM);
  }

  /** A backslash and what stands for several characters: `\d`, `\pL`, `\p{Greek}`. */
  #readClassEscape(): boolean {
    const found = /^(?:[dDsSwW]|[pP](?:\{([^}]*)(\}?)|([^]))?)/u.exec(this.#rest());
    if (found === null) return false;
    const [all, braced, end, letter] = found;
    this.#at += all.length;
    if (!/^[pP]/.test(all)) return true;
    const name = braced === undefined ? letter : braced.replace(/^\^/, '');
    if (name === undefined || (braced !== undefined && end === '') || !isUnicodeClass(name))
      fault(`"\\${all}" is no class of Unicode characters that RE2 knows`);
    return true;
  }

  /** A backslash and what stands for one character. */
  #readCharacterEscape(): void {
    const rest = this.#rest();
    if (rest === '') fault('it ends with a single "\\"');
    const found =
      // eslint-disable-next-line no-control-regex -- RE2 takes a backslash before whatever is no letter or digit
      /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2}|x[0-9A-Fa-f]{2}|x\{([0-9A-Fa-f]+)\}|[aftnrv]|[!-/:-@[-`{-~ ]|[\u0000-\u001f\u007f])/.exec(
        rest,
      );
    if (found === null) {
      const [character = ''] = rest;
      return fault(
        /[1-9]/.test(character)
          ? `"\\${character}" is a backreference, which RE2 does not have`
          : `"\\${character}" is no escape that RE2 has`,
      );
    }
    if (found[1] !== undefined && Number.parseInt(found[1], 16) > 0x10ffff)
      fault(`"\\${found[0]}" is beyond the last character of Unicode`);
    this.#at += found[0].length;
  }

  /** A class in brackets, after its first one. */
  #readClass(): void {
    const start = this.#at - 1;
    if (this.#text[this.#at] === '^') this.#at++;
    for (let isFirst = true; isFirst || this.#text[this.#at] !== ']'; isFirst = false) {
      if (this.#at >= this.#text.length) fault(`"${this.#text.slice(start, start + 10)}" has no "]" at its end`);
      if (this.#readNamedClass()) continue;
      if (this.#text[this.#at] === '\\') {
        this.#at++;
        if (this.#readClassEscape()) continue;
        this.#at--;
      }
      this.#readRange(start);
    }
    this.#at++;
  }

  /** `[:alpha:]` and its like. */
  #readNamedClass(): boolean {
    const found = /^\[:(\^?)(.*?):\]/s.exec(this.#rest());
    if (found === null) return false;
    if (!POSIX_CLASSES.has(found[2] ?? '')) fault(`"${found[0]}" is no class of characters`);
    this.#at += found[0].length;
    return true;
  }

  #readRange(start: number): void {
    const from = this.#classCharacter(start);
    if (this.#text[this.#at] !== '-' || this.#at + 1 >= this.#text.length || this.#text[this.#at + 1] === ']') return;
    this.#at++;
    const to = this.#classCharacter(start);
    if (to < from) fault(`"${String.fromCodePoint(from)}-${String.fromCodePoint(to)}" is a range from back to front`);
  }

  #classCharacter(start: number): number {
    if (this.#at >= this.#text.length) fault(`"${this.#text.slice(start, start + 10)}" has no "]" at its end`);
    const character = this.#take();
    if (character !== '\\') return character.codePointAt(0) ?? 0;
    const begin = this.#at;
    this.#readCharacterEscape();
    return escapedCode(this.#text.slice(begin, this.#at));
  }
}

/** Whether repetitions within each other stay below a limit. */
function fitsLimit({ times, parts }: Part, limit: number): boolean {
  if (times === undefined) return parts.every((part) => fitsLimit(part, limit));
  if (times === 0) return true;
  if (times > limit) return false;
  const left = Math.floor(limit / times);
  return parts.every((part) => fitsLimit(part, left));
}

const NAMED_CHARACTERS: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };

/** The character that an escape stands for, without its backslash. */
function escapedCode(escape: string): number {
  const hex = /^x\{?([0-9A-Fa-f]+)/.exec(escape)?.[1];
  if (hex !== undefined) return Number.parseInt(hex, 16);
  if (/^[0-7]/.test(escape)) return Number.parseInt(escape, 8);
  return NAMED_CHARACTERS[escape] ?? escape.codePointAt(0) ?? 0;
}

const POSIX_CLASSES = new Set(
  'alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit'.split(' '),
);

const CATEGORIES = new Set(
  'Any C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs'.split(' '),
);

const scripts = new Map<string, boolean>();

/** A category of Unicode or a script, such as `Lu` or `Greek`. */
function isUnicodeClass(name: string): boolean {
  if (CATEGORIES.has(name)) return true;
  let known = scripts.get(name);
  if (known === undefined) scripts.set(name, (known = /^[A-Z][A-Za-z_]+$/.test(name) && isScript(name)));
  return known;
}

/** The engine of JavaScript has the same list of scripts. */
function isScript(name: string): boolean {
  try {
    return new RegExp(`\\p{Script=${name}}`, 'u').test('') || true;
  } catch {
    return false;
  }
}
