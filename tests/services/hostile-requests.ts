import { randomUUID } from 'node:crypto';
import type { Contract, Parameter } from '../../apps/shared/http/contract.ts';
import { addressOf, operationsOf, type DeclaredOperation } from './operations.ts';
import type { Answer, RawRequest } from './send-raw.ts';

/** One request that nobody should send, and the answers that are right. */
export interface HostileRequest extends RawRequest {
  readonly name: string;
  readonly wanted: readonly number[];
}

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

/** What is wrong with an answer; undefined when it is one that was wanted and says it as the contracts do. */
export const faultOf = (wanted: readonly number[], { status, headers, text }: Answer): string | undefined => {
  if (!wanted.includes(status)) return `${status} (wanted ${wanted.join(' or ')}): ${text.slice(0, 300)}`;
  const leak = INSIDE.map((pattern) => pattern.exec(text)?.[0]).find((found) => found !== undefined);
  if (leak !== undefined) return `tells "${leak}": ${text.slice(0, 300)}`;
  if (status < 400) return undefined;
  if (status === 405 && headers['allow'] === undefined) return '405 does not say what is allowed';
  if (!String(headers['content-type']).startsWith('application/problem+json')) {
    return `${status} comes as ${String(headers['content-type'])}: ${text.slice(0, 300)}`;
  }
  if (text === '') return undefined; // an answer to HEAD
  const problem: unknown = JSON.parse(text);
  const says = typeof problem === 'object' && problem !== null && 'status' in problem ? problem.status : undefined;
  return says === status ? undefined : `${status} says that it is ${String(says)}`;
};

const ALL_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];
const SQL = `x'; DROP TABLE orders; --`;
const JSON_HEADERS = { 'content-type': 'application/json' };

type ValueOf = (parameter: Parameter) => string;

type Part = Pick<HostileRequest, 'name' | 'body' | 'headers' | 'wanted'>;

/** Bodies that an operation must refuse, made from one that it would take. */
const hostileBodies = (good: Readonly<Record<string, unknown>>): readonly Part[] => {
  const text = JSON.stringify(good);
  const bad = (name: string, body: string, headers: Part['headers'] = JSON_HEADERS, wanted = [400]): Part => ({
    ...{ name, body, wanted },
    ...(headers !== undefined && { headers }),
  });
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  const megabyte = JSON.stringify({ ...good, more: 'x'.repeat(1_000_000) });
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
      bad(`${name}: a number beyond all`, JSON.stringify({ ...good, [name]: 1e308 })),
      bad(`${name}: null`, JSON.stringify({ ...good, [name]: null })),
      bad(`${name}: true`, JSON.stringify({ ...good, [name]: true })),
      bad(`${name}: an object`, JSON.stringify({ ...good, [name]: { $ne: null } })),
      bad(`${name}: lists of lists`, JSON.stringify({ ...good, [name]: [[[]]] })),
      bad(
        `${name}: not there`,
        JSON.stringify(Object.fromEntries(Object.entries(good).filter(([key]) => key !== name))),
      ),
      bad(`${name}: very long`, JSON.stringify({ ...good, [name]: 'x'.repeat(60_000) })),
      bad(`${name}: a null byte`, JSON.stringify({ ...good, [name]: 'a\u0000b' })),
    ]),
    bad('a megabyte', megabyte, JSON_HEADERS, [413]),
    bad('a megabyte in parts', megabyte, { ...JSON_HEADERS, 'transfer-encoding': 'chunked' }, [413]),
    ...[
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'nonsense',
    ].map((type) => bad(`as ${type}`, text, { 'content-type': type }, [415])),
    bad('without a type', text, {}, [400, 415]),
    bad('compressed, it says', text, { ...JSON_HEADERS, 'content-encoding': 'gzip' }, [400, 415]),
  ];
};

/** Requests to one operation that must all be refused. */
const hostileTo = (
  declared: DeclaredOperation,
  headers: Readonly<Record<string, string>>,
  goodValue: ValueOf,
): readonly HostileRequest[] => {
  const { id, method, template, parameters, example } = declared;
  const path = addressOf(declared, goodValue);
  const another = path.includes('?') ? '&' : '?';
  const good = example === undefined ? {} : { body: JSON.stringify(example) };
  const one = (name: string, other: Partial<HostileRequest>): HostileRequest => ({
    ...{ name: `${id}: ${name}`, method, path, wanted: [400] },
    ...good,
    ...other,
    headers: { ...headers, ...(example !== undefined && JSON_HEADERS), ...other.headers },
  });
  const inPath = (value: string): string => template.replace(/\{\w+\}/g, value);
  const takesKey = parameters.some((parameter) => parameter.in === 'header');
  return [
    ...(example === undefined ? [] : hostileBodies(example)).map((part) => ({
      ...one(part.name, part),
      headers: { ...headers, ...part.headers },
    })),
    one('a parameter that nobody knows', { path: `${path}${another}is_admin=true` }),
    ...(template.includes('{')
      ? ['%00', '..%2f..%2fetc%2fpasswd', encodeURIComponent(SQL), 'x'.repeat(300), '%ff%fe', '%F0%9F%92%A9'].map(
          (value) => one(`path with ${value.slice(0, 30)}`, { path: inPath(value), wanted: [400, 404, 414] }),
        )
      : []),
    one('a path that cannot be decoded', { path: `${inPath('%zz')}%zz`, wanted: [400, 404] }),
    ...parameters
      .filter((parameter) => parameter.in === 'query')
      .flatMap(({ name }) =>
        ['', '%00', encodeURIComponent(SQL), '-1', '1e9', 'NaN', 'x'.repeat(5_000), '%ff'].map((value) =>
          one(`${name}=${value.slice(0, 30)}`, { path: `${path}${another}${name}=${value}`, wanted: [400, 422] }),
        ),
      ),
    one('a token that is none', { headers: { authorization: 'Bearer x' }, wanted: [401] }),
    one('a password in place of a token', { headers: { authorization: 'Basic YWRtaW46YWRtaW4=' }, wanted: [401] }),
    ...(takesKey ? [one('a key with SQL', { headers: { 'idempotency-key': SQL } })] : []),
  ];
};

/** Requests against all of a contract that must all be refused, sent with the token of a user that would be good. */
export const hostileRequests = (
  contract: Contract,
  { userId, token }: { readonly userId: string; readonly token: string },
): readonly HostileRequest[] => {
  const headers = { authorization: `Bearer ${token}` };
  const goodValue: ValueOf = ({ name, schema }) => {
    if (name === 'user_id') return userId;
    return schema['format'] === 'uuid' ? randomUUID() : 'coffee-beans-1kg';
  };
  const operations = operationsOf(contract);
  const templates = [...new Set(operations.map(({ template }) => template))];
  const undeclared = templates.flatMap((template) => {
    const here = operations.filter((operation) => operation.template === template);
    const [first] = here;
    if (first === undefined) return [];
    const path = addressOf(first, goodValue).split('?', 1)[0] ?? '';
    return ALL_METHODS.filter((method) => !here.some((operation) => operation.method === method)).map((method) => ({
      ...{ name: `${method} ${template}`, method, path, headers, wanted: [405] },
    }));
  });
  return [...undeclared, ...operations.flatMap((operation) => hostileTo(operation, headers, goodValue))];
};
