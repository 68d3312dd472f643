import { own } from '../../model/own.ts';

// The syntax of the Common Expression Language. Whether names and types fit is not judged: Istio's webhook does not
// either, Envoy does when it gets the expression.
// Source: the grammar of the language definition of CEL, and its standard macros

/** What is wrong with the syntax of an expression; undefined when nothing is. */
export function celProblem(expression: string): string | undefined {
  try {
    const parser = new Parser(tokensOf(expression));
    parser.expression();
    parser.expectEnd();
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxFault) return error.message;
    throw error;
  }
}

class SyntaxFault extends Error {}

const fault = (what: string): never => {
  throw new SyntaxFault(what);
};

interface Token {
  readonly type: 'name' | 'literal' | 'operator';
  readonly text: string;
}

const SPACE = /(?:[ \t\r\n\f]|\/\/[^\n]*)*/y;
const STRING =
  /[bB]?[rR]("""[^]*?"""|'''[^]*?'''|"[^"\n\r]*"|'[^'\n\r]*')|[bB]?("""(?:[^\\]|\\[^])*?"""|'''(?:[^\\]|\\[^])*?'''|"(?:[^"\\\n\r]|\\[^\n\r])*"|'(?:[^'\\\n\r]|\\[^\n\r])*')/y;
const NUMBER = /(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?|0x[0-9a-fA-F]+[uU]?|\d+[uU]?)/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /(?:==|!=|<=|>=|&&|\|\||[<>+\-*/%!?:.,()[\]{}])/y;
const ESCAPE = /^(?:[abfnrtv\\?"'`]|x[0-9a-fA-F]{2}|X[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})/;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  for (take(SPACE); at < text.length; take(SPACE)) {
    const string = take(STRING);
    if (string !== undefined) {
      checkEscapes(string);
      tokens.push({ type: 'literal', text: string });
      continue;
    }
    const number = take(NUMBER);
    if (number !== undefined) {
      checkNumber(number, isSigned(tokens));
      tokens.push({ type: 'literal', text: number });
      continue;
    }
    const name = take(NAME);
    const operator = name ?? take(OPERATOR);
    if (operator === undefined) return fault(`"${text.slice(at, at + 10)}" cannot be read`);
    tokens.push({ type: name === undefined ? 'operator' : 'name', text: operator });
  }
  return tokens;
}

function checkEscapes(literal: string): void {
  if (/^[bB]?[rR]/.test(literal)) return;
  for (const { index } of literal.matchAll(/\\(?:\\|[^])/g))
    if (!ESCAPE.test(literal.slice(index + 1))) fault(`"${literal.slice(index, index + 2)}" is no escape`);
}

/** Whether a minus right before is a sign, and no subtraction. */
function isSigned(before: readonly Token[]): boolean {
  const [other, minus] = [before.at(-2), before.at(-1)];
  if (minus?.text !== '-') return false;
  return other === undefined || (other.type === 'operator' && !/[)\]}]/.test(other.text));
}

function checkNumber(text: string, isNegative: boolean): void {
  if (/^(?:\d*\.|\d+[eE])/.test(text) && !text.startsWith('0x')) return;
  const limit = /[uU]$/.test(text) ? 2n ** 64n - 1n : isNegative ? 2n ** 63n : 2n ** 63n - 1n;
  if (BigInt(text.replace(/[uU]$/, '')) > limit) fault(`${text} is too large`);
}

const RESERVED = new Set(
  'as break const continue else for function if import let loop package namespace return var void while in'.split(' '),
);
const RELATIONS = new Set(['<', '<=', '>', '>=', '==', '!=', 'in']);
/** Macros on a list or map, and how many arguments make them one. */
const MACROS: Readonly<Record<string, readonly number[]>> = {
  all: [2],
  exists: [2],
  exists_one: [2],
  existsOne: [2],
  filter: [2],
  map: [2, 3],
};
/** Deeper than that no reader of CEL goes. */
const MAX_DEPTH = 200;

/** What a part of an expression is, as far as macros and messages ask. */
type Part = 'name' | 'selection' | 'other';

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  expression(): Part {
    if (++this.#depth > MAX_DEPTH) fault('it is nested too deeply');
    const part = this.#binary(0);
    let isCondition = false;
    if (this.#accept('?')) {
      this.#binary(0);
      this.#expect(':');
      this.expression();
      isCondition = true;
    }
    this.#depth--;
    return isCondition ? 'other' : part;
  }

  expectEnd(): void {
    const token = this.#tokens[this.#at];
    if (token !== undefined) fault(`"${token.text}" is not expected`);
  }

  #peek(text: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.text === text && token.type !== 'literal';
  }

  #accept(text: string): boolean {
    if (!this.#peek(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) fault(`"${this.#tokens[this.#at]?.text ?? 'its end'}" is there instead of "${text}"`);
  }

  /** Operators from the weakest to the strongest. */
  #binary(level: number): Part {
    const operators = [['||'], ['&&'], [...RELATIONS], ['+', '-'], ['*', '/', '%']][level];
    if (operators === undefined) return this.#unary();
    let part = this.#binary(level + 1);
    while (operators.some((operator) => this.#accept(operator))) {
      this.#binary(level + 1);
      part = 'other';
    }
    return part;
  }

  #unary(): Part {
    const sign = this.#peek('!') ? '!' : '-';
    let hasSign = false;
    while (this.#accept(sign)) hasSign = true;
    const part = this.#member();
    return hasSign ? 'other' : part;
  }

  #member(): Part {
    let part = this.#primary();
    for (;;) {
      if (this.#accept('[')) {
        this.expression();
        this.#expect(']');
        part = 'other';
      } else if (this.#accept('.')) part = this.#selection();
      else if ((part === 'name' || part === 'selection') && this.#accept('{')) {
        this.#fields();
        part = 'other';
      } else return part;
    }
  }

  /** What follows a dot: a field, or a call. */
  #selection(): Part {
    const name = this.#name();
    if (!this.#accept('(')) return 'selection';
    const parts = this.#list(')');
    if (own(MACROS, name)?.includes(parts.length) && parts[0] !== 'name')
      fault(`${name}() names no variable as its first argument`);
    return 'other';
  }

  #name(): string {
    const token = this.#tokens[this.#at++];
    if (token?.type !== 'name' || ['true', 'false', 'null', 'in'].includes(token.text))
      return fault(`"${token?.text ?? 'its end'}" is there instead of a name`);
    return token.text;
  }

  #primary(): Part {
    if (this.#accept('(')) {
      this.expression();
      this.#expect(')');
      return 'other';
    }
    if (this.#accept('[')) {
      this.#list(']');
      return 'other';
    }
    if (this.#accept('{')) {
      this.#entries();
      return 'other';
    }
    const token = this.#tokens[this.#at];
    if (token?.type === 'literal' || ['true', 'false', 'null'].includes(token?.text ?? '')) {
      this.#at++;
      return 'other';
    }
    this.#accept('.');
    const name = this.#name();
    if (RESERVED.has(name)) fault(`"${name}" is a reserved word`);
    if (!this.#accept('(')) return 'name';
    const parts = this.#list(')');
    if (name === 'has' && parts.length === 1 && parts[0] !== 'selection')
      fault('has() asks for a field, such as has(request.headers)');
    return 'other';
  }

  /** Expressions with commas between them, up to a closing bracket; lists may end with a comma. */
  #list(close: ']' | ')'): readonly Part[] {
    const parts: Part[] = [];
    while (!this.#accept(close)) {
      if (parts.length > 0) {
        this.#expect(',');
        if (close === ']' && this.#accept(close)) break;
      }
      parts.push(this.expression());
    }
    return parts;
  }

  #entries(): void {
    for (let isFirst = true; !this.#accept('}'); isFirst = false) {
      if (!isFirst) {
        this.#expect(',');
        if (this.#accept('}')) return;
      }
      this.expression();
      this.#expect(':');
      this.expression();
    }
  }

  #fields(): void {
    for (let isFirst = true; !this.#accept('}'); isFirst = false) {
      if (!isFirst) {
        this.#expect(',');
        if (this.#accept('}')) return;
      }
      this.#name();
      this.#expect(':');
      this.expression();
    }
  }
}
