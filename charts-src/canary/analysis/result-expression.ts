/**
 * Expressions over the answer of a query or a web check: `result[0] >= 0.95`, `result < 500 && len(result) > 0`,
 * `all(result) < 0.5`, `any(result) > 3`, `isNaN(result[0])`. Numbers, `+ - * /`, comparisons, `&& || !`, parentheses;
 * `result` alone is its first value.
 */
export type Expression =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'result'; readonly index: number }
  | { readonly type: 'length' }
  | {
      readonly type: 'arithmetic';
      readonly operator: '+' | '-' | '*' | '/';
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly type: 'comparison';
      readonly operator: Comparator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly type: 'each';
      readonly quantifier: 'all' | 'any';
      readonly operator: Comparator;
      readonly right: Expression;
    }
  | { readonly type: 'logic'; readonly operator: '&&' | '||'; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'not'; readonly operand: Expression }
  | { readonly type: 'isNaN'; readonly operand: Expression };

type Comparator = '<' | '<=' | '>' | '>=' | '==' | '!=';

/** What is wrong with an expression, in a whole sentence. */
export interface ExpressionProblem {
  readonly problem: string;
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(&&|\|\||[<>=!]=|[-+*/<>!()[\]]))/y;

/** Reads an expression; its problem when it is none. */
export function readExpression(text: string): Expression | ExpressionProblem {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  let read = 0;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    tokens.push(found[0].trim());
    read = TOKEN.lastIndex;
  }
  if (text.slice(read).trim() !== '')
    return problem(text, `"${text.slice(read).trim()}" is nothing that can stand there`);
  try {
    const reader = new Reader(tokens);
    const expression = reader.either();
    reader.end();
    return isTruth(expression)
      ? expression
      : problem(text, 'it gives a number, not yes or no: compare it, as in result[0] >= 0.95');
  } catch (cause) {
    if (cause instanceof Unreadable) return problem(text, cause.message);
    throw cause;
  }
}

export const isExpression = (read: Expression | ExpressionProblem): read is Expression => !('problem' in read);

const problem = (text: string, why: string): ExpressionProblem => ({
  problem: `"${text}" cannot be read: ${why}. Write a comparison such as result[0] >= 0.95.`,
});

const isTruth = ({ type }: Expression): boolean =>
  type === 'comparison' || type === 'each' || type === 'logic' || type === 'not' || type === 'isNaN';

class Unreadable extends Error {}

const COMPARATORS: readonly string[] = ['<', '<=', '>', '>=', '==', '!='] satisfies Comparator[];
const isComparator = (token: string | undefined): token is Comparator =>
  token !== undefined && COMPARATORS.includes(token);

/** One function for each level of binding, the loosest first. */
class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  either(): Expression {
    let left = this.#both();
    while (this.#take('||')) left = this.#logic('||', left, this.#both());
    return left;
  }

  end(): void {
    const token = this.#tokens[this.#at];
    if (token !== undefined) throw new Unreadable(`"${token}" was not expected`);
  }

  #both(): Expression {
    let left = this.#negation();
    while (this.#take('&&')) left = this.#logic('&&', left, this.#negation());
    return left;
  }

  #logic(operator: '&&' | '||', left: Expression, right: Expression): Expression {
    for (const side of [left, right])
      if (!isTruth(side)) throw new Unreadable(`a side of ${operator} is a number, not a comparison`);
    return { type: 'logic', operator, left, right };
  }

  #negation(): Expression {
    if (!this.#take('!')) return this.#comparison();
    const operand = this.#negation();
    if (!isTruth(operand)) throw new Unreadable('! stands before a number, not before a comparison');
    return { type: 'not', operand };
  }

  #comparison(): Expression {
    for (const quantifier of ['all', 'any'] as const) {
      if (!this.#take(quantifier)) continue;
      this.#need('(');
      this.#need('result');
      this.#need(')');
      const operator = this.#tokens[this.#at];
      if (!isComparator(operator)) throw new Unreadable(`${quantifier}(result) has to be compared with a number`);
      this.#at += 1;
      return { type: 'each', quantifier, operator, right: this.#number(this.#sum()) };
    }
    const left = this.#sum();
    const operator = this.#tokens[this.#at];
    if (!isComparator(operator)) return left;
    this.#at += 1;
    return { type: 'comparison', operator, left: this.#number(left), right: this.#number(this.#sum()) };
  }

  #sum(): Expression {
    let left = this.#product();
    for (;;) {
      const operator = this.#take('+') ? '+' : this.#take('-') ? '-' : undefined;
      if (operator === undefined) return left;
      left = { type: 'arithmetic', operator, left: this.#number(left), right: this.#number(this.#product()) };
    }
  }

  #product(): Expression {
    let left = this.#atom();
    for (;;) {
      const operator = this.#take('*') ? '*' : this.#take('/') ? '/' : undefined;
      if (operator === undefined) return left;
      left = { type: 'arithmetic', operator, left: this.#number(left), right: this.#number(this.#atom()) };
    }
  }

  #atom(): Expression {
    if (this.#take('(')) {
      const inner = this.either();
      this.#need(')');
      return inner;
    }
    if (this.#take('-'))
      return {
        type: 'arithmetic',
        operator: '-',
        left: { type: 'number', value: 0 },
        right: this.#number(this.#atom()),
      };
    if (this.#take('len')) {
      this.#need('(');
      this.#need('result');
      this.#need(')');
      return { type: 'length' };
    }
    if (this.#take('isNaN')) {
      this.#need('(');
      const operand = this.#number(this.#sum());
      this.#need(')');
      return { type: 'isNaN', operand };
    }
    if (this.#take('result')) {
      if (!this.#take('[')) return { type: 'result', index: 0 };
      const index = Number(this.#next());
      if (!Number.isInteger(index)) throw new Unreadable('the index of result is no whole number');
      this.#need(']');
      return { type: 'result', index };
    }
    const token = this.#next();
    const value = Number(token);
    if (Number.isNaN(value)) throw new Unreadable(`"${token}" is unknown (there are result, len, all, any and isNaN)`);
    return { type: 'number', value };
  }

  #number(expression: Expression): Expression {
    if (isTruth(expression)) throw new Unreadable('a comparison stands where a number is needed');
    return expression;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }

  #need(token: string): void {
    if (!this.#take(token)) throw new Unreadable(`"${token}" is missing`);
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Unreadable('it ends too early');
    this.#at += 1;
    return token;
  }
}

/** Whether an expression holds; undefined: it asks for a value that is not there, or is no number. */
export function evaluate(text: string, values: readonly number[]): boolean | undefined {
  const expression = readExpression(text);
  return isExpression(expression) ? truth(expression, values) : undefined;
}

function truth(expression: Expression, values: readonly number[]): boolean | undefined {
  switch (expression.type) {
    case 'comparison':
      return holds(expression.operator, numeric(expression.left, values), numeric(expression.right, values));
    case 'each': {
      const right = numeric(expression.right, values);
      const results = values.map((value) => holds(expression.operator, value, right));
      if (results.length === 0 || results.includes(undefined)) return undefined;
      return expression.quantifier === 'all' ? !results.includes(false) : results.includes(true);
    }
    case 'logic': {
      const left = truth(expression.left, values);
      const right = truth(expression.right, values);
      const settling = expression.operator === '||';
      if (left === settling || right === settling) return settling;
      return left === undefined || right === undefined ? undefined : !settling;
    }
    case 'not': {
      const operand = truth(expression.operand, values);
      return operand === undefined ? undefined : !operand;
    }
    case 'isNaN': {
      const operand = numeric(expression.operand, values);
      return operand === undefined ? undefined : Number.isNaN(operand);
    }
    case 'number':
    case 'result':
    case 'length':
    case 'arithmetic':
      return undefined;
  }
}

function numeric(expression: Expression, values: readonly number[]): number | undefined {
  switch (expression.type) {
    case 'number':
      return expression.value;
    case 'result':
      return values[expression.index];
    case 'length':
      return values.length;
    case 'arithmetic': {
      const left = numeric(expression.left, values);
      const right = numeric(expression.right, values);
      if (left === undefined || right === undefined) return undefined;
      switch (expression.operator) {
        case '+':
          return left + right;
        case '-':
          return left - right;
        case '*':
          return left * right;
        case '/':
          return left / right;
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

function holds(operator: Comparator, left: number | undefined, right: number | undefined): boolean | undefined {
  if (left === undefined || right === undefined || Number.isNaN(left) || Number.isNaN(right)) return undefined;
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '==':
      return left === right;
    case '!=':
      return left !== right;
  }
}
