import type { MeshGraph } from '../graph/mesh-graph.ts';
import { closest } from '../model/closest.ts';
import { dataFile, validate, type ObjectSchema, type Path, type Schema, type SchemaProblem } from '../model/schema.ts';
import { explain } from './explain.ts';
import type { Explanation, Origin } from './explanation.ts';
import { readRequest } from './request.ts';

const oneOrMore = 'any' satisfies Schema;

/** What a request is expected to meet. Everything that is named must be so. */
const expectation: ObjectSchema = {
  type: 'object',
  fields: {
    outcome: {
      type: 'enum',
      of: ['routed', 'redirected', 'answered', 'refused', 'not-found', 'unroutable', 'passthrough'],
    },
    status: { type: 'integer', min: 100, max: 599 },
    virtualService: 'string',
    rule: { type: 'integer', min: 0 },
    route: 'string',
    destinations: {
      type: 'list',
      items: {
        type: 'object',
        fields: {
          host: 'string',
          subset: 'string',
          port: { type: 'integer', min: 1, max: 65_535 },
          share: { type: 'number', min: 0, max: 1 },
          cluster: 'string',
        },
      },
    },
    timeout: 'string',
    attempts: { type: 'integer', min: 1 },
    perTryTimeout: 'string',
    worstCase: 'string',
    mtls: { type: 'enum', of: ['mutual', 'simple', 'plain'] },
    authorization: { type: 'enum', of: ['allow', 'deny'] },
    path: 'string',
    location: 'string',
  },
};

/** What a file of routing tests looks like. */
export const routingTestsSchema: ObjectSchema = {
  type: 'object',
  required: ['tests'],
  fields: {
    tests: {
      type: 'list',
      minItems: 1,
      items: {
        type: 'object',
        required: ['name', 'from', 'request'],
        atLeastOne: [['expect', 'not']],
        fields: {
          name: 'string',
          from: oneOrMore,
          request: {
            type: 'object',
            required: ['url'],
            fields: { method: oneOrMore, url: oneOrMore, headers: { type: 'map', values: oneOrMore } },
          },
          expect: expectation,
          not: expectation,
        },
      },
    },
  },
};

/** Everything that is wrong with a file of routing tests; nothing when it can be run. */
export function routingTestProblems(document: unknown): readonly SchemaProblem[] {
  const problems = validate(routingTestsSchema, document, { reader: dataFile });
  if (problems.length > 0) return problems;
  return testsOf(document).flatMap(({ from, request }, index) => {
    const at = ['tests', index];
    return [
      ...oneOrMoreProblems(from, [...at, 'from']),
      ...(request.method === undefined ? [] : oneOrMoreProblems(request.method, [...at, 'request', 'method'])),
      ...oneOrMoreProblems(request.url, [...at, 'request', 'url']),
      ...Object.entries(request.headers ?? {}).flatMap(([name, value]) =>
        oneOrMoreProblems(plainTexts(value), [...at, 'request', 'headers', name]),
      ),
    ];
  });
}

/** Values of headers may be written without quotes: `x-user: 7`. */
const plainTexts = (value: unknown): unknown => (Array.isArray(value) ? value.map(plainText) : plainText(value));
const plainText = (value: unknown): unknown =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;

// An empty list would be no request at all, and a test that asks nothing passes.
const oneOrMoreProblems = (value: unknown, at: Path): readonly SchemaProblem[] =>
  validate(Array.isArray(value) ? { type: 'list', items: 'string', minItems: 1 } : 'string', value, {
    at,
    reader: dataFile,
  });

const testsOf = (document: unknown): readonly RoutingTest[] =>
  (document as { readonly tests: readonly RoutingTest[] }).tests; // it fits the schema

/** One request of a test, and what came of it. */
export interface RoutingTestResult {
  readonly name: string;
  /** `GET http://orders/api from shop/web, x-beta: 1`. */
  readonly request: string;
  readonly passed: boolean;
  /** Each thing that is not as expected. */
  readonly differences: readonly string[];
}

/** All results, and which rules no request came to. */
export interface RoutingTestReport {
  readonly results: readonly RoutingTestResult[];
  readonly coverage: {
    readonly covered: number;
    readonly total: number;
    /** `VirtualService shop/orders http[1]`. */
    readonly uncovered: readonly string[];
  };
}

interface RoutingTest {
  readonly name: string;
  readonly from: unknown;
  readonly request: {
    readonly method?: unknown;
    readonly url: unknown;
    readonly headers?: Readonly<Record<string, unknown>>;
  };
  readonly expect?: Expectation;
  readonly not?: Expectation;
}

type Expectation = Readonly<Record<string, unknown>>;

/**
 * Runs a file of routing tests that has no {@link routingTestProblems}. Lists in a request multiply: two methods and
 * three URLs are six requests.
 */
export function runRoutingTests(graph: MeshGraph, document: unknown): RoutingTestReport {
  const reached = new Set<string>();
  const results = testsOf(document).flatMap((test) =>
    requestsOf(test).map((asked) => runOne(graph, test, asked, reached)),
  );
  const all = graph
    .of('VirtualService')
    .flatMap(({ namespace, name, spec }) =>
      (spec.http ?? []).map((_, index) => `VirtualService ${namespace}/${name} http[${index}]`),
    );
  return {
    results,
    coverage: {
      covered: all.filter((rule) => reached.has(rule)).length,
      total: all.length,
      uncovered: all.filter((rule) => !reached.has(rule)),
    },
  };
}

interface Asked {
  readonly from: string;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly string[];
}

/** Every combination of what a test lists. */
function requestsOf({ from, request }: RoutingTest): readonly Asked[] {
  const headers = Object.entries(request.headers ?? {}).reduce<readonly (readonly string[])[]>(
    (sets, [name, values]) => sets.flatMap((set) => texts(values).map((value) => [...set, `${name}=${value}`])),
    [[]],
  );
  return texts(from).flatMap((origin) =>
    texts(request.method ?? 'GET').flatMap((method) =>
      texts(request.url).flatMap((url) => headers.map((set) => ({ from: origin, method, url, headers: set }))),
    ),
  );
}

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [value]).map(String);

function runOne(graph: MeshGraph, test: RoutingTest, asked: Asked, reached: Set<string>): RoutingTestResult {
  const { from, method, url, headers } = asked;
  const words = `${method} ${url} from ${from}${headers.length > 0 ? `, ${headers.join(', ')}` : ''}`;
  const failed = (differences: readonly string[]): RoutingTestResult => ({
    name: test.name,
    request: words,
    passed: differences.length === 0,
    differences,
  });
  const origin = readOrigin(from);
  const read = readRequest(method, url, headers);
  if ('problem' in origin) return failed([`${origin.problem.message}: ${origin.problem.fix}`]);
  if ('problem' in read) return failed([`${read.problem.message}: ${read.problem.fix}`]);
  const found = explain(graph, origin, read.request);
  if ('problem' in found) return failed([`${found.problem.message}: ${found.problem.fix}`]);
  const { explanation } = found;
  const { route } = explanation;
  if (route?.virtualService != null && route.rule !== null) reached.add(`${route.virtualService} http[${route.rule}]`);
  const negative = test.not && differencesFrom(test.not, explanation).length === 0;
  return failed([
    ...differencesFrom(test.expect ?? {}, explanation),
    ...(negative ? [`everything is as under \`not\`, which was to be different: ${JSON.stringify(test.not)}`] : []),
  ]);
}

/** Reads where a request comes from: `shop/orders`, `gateway:ingress/public` or `outside`. */
export function readOrigin(
  text: string,
): Origin | { readonly problem: { readonly message: string; readonly fix: string } } {
  if (text === 'outside') return { kind: 'outside' };
  const [, gateway, namespace, name] = /^(gateway:)?([^/:]+)\/([^/]+)$/.exec(text) ?? [];
  if (namespace === undefined || name === undefined) {
    const meant = closest(text, ['outside']);
    return {
      problem: {
        message: `"${text}" is no place that a request comes from`,
        fix:
          meant === undefined
            ? 'write namespace/workload, gateway:namespace/name or outside'
            : `did you mean ${meant}? Else write namespace/workload or gateway:namespace/name`,
      },
    };
  }
  return { kind: gateway === undefined ? 'workload' : 'gateway', namespace, name };
}

function differencesFrom(expected: Expectation, explanation: Explanation): readonly string[] {
  const found: Readonly<Record<string, unknown>> = {
    outcome: explanation.outcome,
    status: explanation.status,
    virtualService: explanation.route?.virtualService?.replace(/^VirtualService /, '') ?? null,
    rule: explanation.route?.rule ?? null,
    route: explanation.route?.name ?? null,
    timeout: explanation.timeout,
    attempts: explanation.tries.attempts,
    perTryTimeout: explanation.tries.perTryTimeout,
    worstCase: explanation.tries.worstCase,
    mtls: explanation.mtls.client,
    authorization: explanation.authorization.decision,
    path: explanation.upstream?.path ?? null,
    location: explanation.redirect?.location ?? null,
  };
  return Object.entries(expected).flatMap(([field, wanted]) => {
    if (field === 'destinations')
      return destinationDifferences(wanted as readonly Expectation[], explanation.destinations); // validated
    return found[field] === wanted ? [] : [`${field} is ${shown(found[field])}, not ${shown(wanted)}`];
  });
}

/** Expected ones in any order; each must be there, and no others. */
function destinationDifferences(wanted: readonly Expectation[], found: Explanation['destinations']): readonly string[] {
  const left = [...found];
  const missing = wanted.filter((one) => {
    const at = left.findIndex((destination) => fits(one, destination));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const words = ({ host, subset, share }: Explanation['destinations'][number]): string =>
    `${host}${subset === null ? '' : ` ${subset}`} ${share}`;
  return [
    ...missing.map(
      (one) => `no destination is ${JSON.stringify(one)} (there are ${found.map(words).join(', ') || 'none'})`,
    ),
    ...(missing.length === 0 ? left.map((one) => `the destination ${words(one)} was not expected`) : []),
  ];
}

const SHARE_TOLERANCE = 1e-6;

function fits(wanted: Expectation, found: Explanation['destinations'][number]): boolean {
  return Object.entries(wanted).every(([field, value]) => {
    if (field === 'share') return Math.abs(found.share - Number(value)) < SHARE_TOLERANCE;
    // A short name stands for every host that begins with it.
    if (field === 'host') return found.host === value || found.host.startsWith(`${String(value)}.`);
    return (found as unknown as Readonly<Record<string, unknown>>)[field] === value; // fields of the schema
  });
}

const shown = (value: unknown): string => (value === null || value === undefined ? 'none' : JSON.stringify(value));
