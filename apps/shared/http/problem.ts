/** One part of a request that is wrong. */
export interface ProblemPart {
  /** JSON pointer. */
  readonly at: string;
  readonly message: string;
}

/** What the contracts call Problem. Source: RFC 9457. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance?: string;
  readonly errors?: readonly ProblemPart[];
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Invalid request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Request timeout',
  409: 'Conflict',
  413: 'Content too large',
  415: 'Unsupported media type',
  417: 'Expectation failed',
  422: 'Unprocessable content',
  429: 'Too many requests',
  431: 'Request header fields too large',
  500: 'Internal error',
  502: 'Bad gateway',
  503: 'Service unavailable',
  504: 'Gateway timeout',
};

interface ProblemOptions {
  /** What kind it is, for programs: the part after `/problems/`. @default - `about:blank`, the status says it all */
  readonly type?: string;
  readonly errors?: readonly ProblemPart[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An answer that is not the one that was hoped for. Thrown by a handler, it becomes `application/problem+json`. */
export class Problem extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly #type: string;
  readonly #errors: readonly ProblemPart[] | undefined;

  /** @param detail a sentence for people; it is shown to whoever asked, so it holds nothing from inside */
  constructor(status: number, detail: string, { type, errors, headers = {}, cause }: ProblemOptions = {}) {
    super(detail, { cause });
    this.status = status;
    this.#type = type === undefined ? 'about:blank' : `/problems/${type}`;
    this.#errors = errors;
    this.headers = {
      ...(status === 401 && { 'www-authenticate': 'Bearer error="invalid_token"' }),
      ...(status === 503 && { 'retry-after': '1' }),
      ...headers,
    };
  }

  /** @param instance names this one occurrence; the logs know it */
  body(instance?: string): ProblemBody {
    return {
      type: this.#type,
      title: TITLES[this.status] ?? 'Error',
      status: this.status,
      detail: this.message.slice(0, 1_000),
      ...(instance !== undefined && { instance }),
      ...(this.#errors !== undefined && { errors: this.#errors.slice(0, 50) }),
    };
  }
}

export const PROBLEM_JSON = 'application/problem+json';
