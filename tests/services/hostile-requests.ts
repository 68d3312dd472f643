import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { Contract, JsonSchema, Operation } from '../../apps/shared/http/contract.ts';
import { METHODS } from '../../apps/shared/http/contract.ts';

/** One request that nobody should send, and what may come back. */
export interface HostileRequest {
  readonly name: string;
  readonly method: string;
  /** Goes out byte for byte. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Statuses that are right; any other 4xx is not. */
  readonly wanted: readonly number[];
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** Sends a request as it is, on a connection of its own. */
export const send = (
  url: string,
  { method, path, headers = {}, body }: Pick<HostileRequest, 'method' | 'path' | 'headers' | 'body'>,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    let isAnswered = false;
    const outgoing = httpRequest(
      { hostname, port, method, path, headers, agent: false, insecureHTTPParser: true, timeout: 20_000 },
      (answer) => {
        isAnswered = true;
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer to ${method} ${path}`)));
    // A server may answer and close before it has read a body that is too large.
    outgoing.on('error', (error) => (isAnswered ? undefined : reject(error)));
    outgoing.end(body);
  });

/** Sends bytes that are no request, and gives what comes back until the server closes. */
export const sendBytes = (url: string, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let text = '';
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')));
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.once('error', (error) => (text === '' ? reject(error) : resolve(text)));
    socket.once('close', () => resolve(text));
  });

/** What no answer may tell: where the code lies, what it is made of, what the database said. */
const INSIDE = [
  /\bat .+:\d+:\d+/, // a stack
  /node_modules|\.ts\b|\.js\b/,
  /\b(?:select|insert|update|delete)\b.+\b(?:from|into|set)\b/i,
  /postgres|kysely|fastify|undici|amqp|kafka|ajv/i,
  /ECONN|ENOTFOUND|EAI_AGAIN|127\.0\.0\.1/,
  /syntax error|relation "|column "|constraint "|invalid byte sequence/i,
  /passw(?:or)?d_hash|BEGIN [A-Z ]*PRIVATE KEY/,
];

/** What is wrong with a refusal; undefined when it is as it should be. */
export const faultOf = (
  { wanted }: Pick<HostileRequest, 'wanted'>,
  { status, headers, text }: Answer,
): string | undefined => {
  if (!wanted.includes(status)) return `${status} (wanted ${wanted.join(' or ')}): ${text.slice(0, 300)}`;
  const leak = INSIDE.map((pattern) => pattern.exec(text)?.[0]).find((found) => found !== undefined);
  if (leak !== undefined) return `tells "${leak}": ${text.slice(0, 300)}`;
  if (status < 400) return undefined;
  if (!String(headers['content-type']).startsWith('application/problem+json')) {
    return `${status} comes as ${String(headers['content-type'])}: ${text.slice(0, 300)}`;
  }
  const problem: unknown = JSON.parse(text || 'null');
  const says = typeof problem === 'object' && problem !== null && 'status' in problem ? problem.status : undefined;
  if (says !== status) return `${status} says that it is ${String(says)}`;
  if (status === 405 && headers['allow'] === undefined) return '405 does not say what is allowed';
  return undefined;
};

const ALL_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];

const exampleOf = (schema: JsonSchema): string => {
  if (schema['format'] === 'uuid') return randomUUID();
  return 'coffee-beans-1kg';
};

const JSON_HEADERS = { 'content-type': 'application/json' };
const SQL = `x'; DROP TABLE orders; --`;

/** A body that the schema describes, as far as it says itself. */
const bodyOf = (operation: Operation): Record<string, unknown> | undefined => {
  const content = operation.requestBody?.content['application/json'];
  if (content === undefined) return undefined;
  const example = 'example' in content ? content.example : undefined;
  return typeof example === 'object' && example !== null ? { ...example } : {};
};

/** Bodies that an operation must refuse, made from one that it would take. */
const hostileBodies = (good: Record<string, unknown>): readonly Omit<HostileRequest, 'method' | 'path'>[] => {
  const text = JSON.stringify(good);
  const bad = (
    name: string,
    body: string,
    headers: Readonly<Record<string, string>> = JSON_HEADERS,
    ...wanted: number[]
  ) => ({
    name,
    body,
    headers,
    wanted: wanted.length > 0 ? wanted : [400],
  });
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  return [
    bad('no JSON', '{"unfinished'),
    bad('an empty body', ''),
    bad('two documents', `${text}${text}`),
    bad('NaN', '{"quantity": NaN}'),
    bad('null', 'null'),
    bad('a list', '[]'),
    bad('a number', '7'),
    bad('a text', '"hello"'),
    bad('nothing in it', '{}'),
    bad('deep lists', nested(10_000)),
    bad('deep in a field', JSON.stringify({ ...good, more: 0 }).replace('"more":0', `"more":${nested(5_000)}`)),
    bad('a field that nobody knows', JSON.stringify({ ...good, is_admin: true })),
    bad('__proto__', text.replace('{', '{"__proto__":{"is_admin":true},')),
    bad('constructor', text.replace('{', '{"constructor":{"prototype":{"is_admin":true}},')),
    ...Object.keys(good).flatMap((name) => [
      bad(`${name}: a number that is none`, JSON.stringify({ ...good, [name]: 1e308 })),
      bad(`${name}: null`, JSON.stringify({ ...good, [name]: null })),
      bad(`${name}: true`, JSON.stringify({ ...good, [name]: true })),
      bad(`${name}: an object`, JSON.stringify({ ...good, [name]: { $ne: null } })),
      bad(`${name}: a list of lists`, JSON.stringify({ ...good, [name]: [[[]]] })),
      bad(`${name}: missing`, JSON.stringify(Object.fromEntries(Object.entries(good).filter(([key]) => key !== name)))),
      bad(`${name}: very long`, JSON.stringify({ ...good, [name]: 'x'.repeat(60_000) })),
      bad(`${name}: a null byte`, JSON.stringify({ ...good, [name]: 'a\u0000b' })),
    ]),
    bad('a megabyte', JSON.stringify({ ...good, more: 'x'.repeat(1_000_000) }), JSON_HEADERS, 413),
    bad(
      'a megabyte in parts',
      JSON.stringify({ ...good, more: 'x'.repeat(1_000_000) }),
      { ...JSON_HEADERS, 'transfer-encoding': 'chunked' },
      413,
    ),
    ...[
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'nonsense',
    ].map((type) => bad(`as ${type}`, text, { 'content-type': type }, 415)),
    bad('without a type', text, {}, 415, 400),
    bad('compressed, it says', text, { ...JSON_HEADERS, 'content-encoding': 'gzip' }, 415, 400),
  ];
};

/** Requests against every operation of a contract that must all be refused, with a token that would be good. */
export const hostileRequests = (contract: Contract, token: string): readonly HostileRequest[] => {
  const authorization = { authorization: `Bearer ${token}` };
  const base = contract.servers[0]?.url ?? '';
  return Object.entries(contract.paths).flatMap(([template, item]) => {
    const declared = METHODS.filter((method) => item[method] !== undefined);
    const parametersOf = (operation: Operation) => [...(item.parameters ?? []), ...(operation.parameters ?? [])];
    const fill = (operation: Operation, value?: string): string =>
      base +
      template.replace(/\{(\w+)\}/g, (_, name: string) => {
        const schema = parametersOf(operation).find((parameter) => parameter.name === name)?.schema ?? {};
        return value ?? exampleOf(schema);
      });
    const [first] = declared;
    const any = first === undefined ? undefined : item[first];
    const methods: HostileRequest[] = ALL_METHODS.filter(
      (method) => !declared.some((known) => known.toUpperCase() === method),
    ).map((method) => ({
      name: `${method} ${template}`,
      method,
      path: any === undefined ? base + template : fill(any),
      headers: authorization,
      wanted: [405],
    }));
    const requests = declared.flatMap((method): HostileRequest[] => {
      const operation = item[method];
      if (operation === undefined) return [];
      const name = operation.operationId;
      const good = bodyOf(operation);
      const required = parametersOf(operation).filter((parameter) => parameter.in === 'query' && parameter.required);
      const query = required.map((parameter) => `${parameter.name}=${exampleOf(parameter.schema)}`).join('&');
      const path = fill(operation) + (query === '' ? '' : `?${query}`);
      const one = (what: string, other: Partial<HostileRequest>): HostileRequest => ({
        name: `${name}: ${what}`,
        method: method.toUpperCase(),
        path,
        wanted: [400],
        ...other,
        headers: { ...authorization, ...(good !== undefined && JSON_HEADERS), ...other.headers },
        ...(good !== undefined && { body: other.body ?? JSON.stringify(good) }),
      });
      const also = query === '' ? '?' : '&';
      return [
        ...(good === undefined
          ? []
          : hostileBodies(good).map(({ name: what, headers = {}, ...rest }) => ({
              ...one(what, rest),
              headers: { ...authorization, ...headers },
            }))),
        one('a parameter that nobody knows', { path: `${path}${also}is_admin=true` }),
        ...(template.includes('{')
          ? ['%00', '..%2f..%2fetc%2fpasswd', encodeURIComponent(SQL), 'x'.repeat(300), '%ff%fe', '%F0%9F%92%A9'].map(
              (value) =>
                one(`path with ${value.slice(0, 30)}`, { path: fill(operation, value), wanted: [400, 404, 414] }),
            )
          : []),
        one('a path that cannot be decoded', {
          path: `${base}${template.replace(/\{\w+\}/g, '%zz')}%zz`,
          wanted: [400, 404],
        }),
        ...parametersOf(operation)
          .filter((parameter) => parameter.in === 'query')
          .flatMap(({ name: parameter }) =>
            ['', '%00', encodeURIComponent(SQL), '-1', '1e9', 'NaN', 'x'.repeat(5_000), '%ff'].map((value) =>
              one(`${parameter}=${value.slice(0, 30)}`, {
                path: `${fill(operation)}?${parameter}=${value}`,
                wanted: [400, 422],
              }),
            ),
          ),
        ...required.map((parameter) => one(`${parameter.name} twice`, { path: `${path}&${query}` })),
        one('a token that is none', { headers: { authorization: 'Bearer x' }, wanted: [401] }),
        one('a password in place of a token', { headers: { authorization: 'Basic YWRtaW46YWRtaW4=' }, wanted: [401] }),
        one('a key with SQL', {
          headers: { 'idempotency-key': SQL },
          wanted: operation.parameters?.some(({ in: place }) => place === 'header')
            ? [400]
            : [200, 201, 400, 401, 403, 404, 409, 422],
        }),
      ];
    });
    return [...methods, ...requests];
  });
};
