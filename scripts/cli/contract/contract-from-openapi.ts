import { closest } from '../../../charts-src/model/closest.ts';
import type { HttpContract, HttpMethod, Operation } from '../../../charts-src/model/contract.ts';
import { dnsLabelProblem } from '../../../charts-src/model/names.ts';
import { basePathOf, checkOwnServers, type BasePath } from './base-path.ts';
import { fieldPath, findingAt, type ContractFinding, type Findings, type Place } from './finding.ts';
import { described, isJsonObject, objectAt, own, type JsonObject } from './json.ts';
import { isAbsolute, pathProblem, relation, segmentsOf, varies } from '../../../charts-src/model/path-template.ts';
import { securityOf } from './security.ts';

/** What a document says: a contract, with the words for its operations and what is worth knowing; or all that is wrong with it. */
export type ContractReading =
  | {
      readonly ok: HttpContract;
      /** One line on each operation, by operationId. */
      readonly summaries: Readonly<Record<string, string>>;
      readonly notes: readonly ContractFinding[];
    }
  | { readonly problems: readonly ContractFinding[] };

/** What the document cannot say. */
export interface ContractOptions {
  /** Prefix of all paths inside the mesh, when it is not that of the document's servers: behind a gateway that rewrites, for example.
   * @default - the path of `servers` */
  readonly basePath?: BasePath;
}

const METHODS: ReadonlyMap<string, HttpMethod> = new Map([
  ['get', 'GET'],
  ['head', 'HEAD'],
  ['options', 'OPTIONS'],
  ['put', 'PUT'],
  ['delete', 'DELETE'],
  ['post', 'POST'],
  ['patch', 'PATCH'],
]);

/** Fields of a path item that are no operation. Source: OpenAPI 3.1 Path Item Object. */
const OTHER_FIELDS = ['summary', 'description', 'servers', 'parameters'];

/** An operation on its way into the contract. */
interface Found {
  readonly id: string | undefined;
  readonly place: Place;
  readonly operation: Operation;
  readonly summary: string;
}

/**
 * The contract of a service from its OpenAPI 3.0 or 3.1 document, as a value that a YAML or JSON reader gave.
 *
 * @example
 * const reading = contractFromOpenApi(parse(text), 'order-service');
 * if ('problems' in reading) reading.problems.forEach((problem) => console.error(formatFinding(file, problem)));
 * else await writeFile('order-service.ts', contractSource(reading, { origin: file, importFrom: 'weftmesh' }));
 */
export function contractFromOpenApi(document: unknown, name: string, options: ContractOptions = {}): ContractReading {
  const findings: Findings = { problems: [], notes: [] };
  const nameProblem = dnsLabelProblem(name);
  if (nameProblem !== undefined)
    findings.problems.push(
      findingAt(
        [],
        `the service name ${nameProblem}`,
        'Kubernetes refuses a Service of this name',
        'name the service as its Service is named',
      ),
    );
  if (!isOpenApi3(document, findings)) return { problems: findings.problems };
  const basePath = options.basePath ?? basePathOf(document['servers'], ['servers'], findings);
  const basePathProblem = options.basePath ? pathProblem(options.basePath) : undefined;
  if (basePathProblem !== undefined) findings.problems.push({ path: '', ...basePathProblem });
  const found = operationsIn(document, basePath, findings);
  const named = withNames(found, findings);
  compare(named, findings);
  if (named.length === 0 && findings.problems.length === 0)
    findings.problems.push(
      findingAt(
        ['paths'],
        'holds no operation',
        'there is nothing that an edge could allow; webhooks and callbacks are calls of the service, not calls to it',
        'add the operations that the service answers',
      ),
    );
  if (findings.problems.length > 0 || basePath === undefined) return { problems: unique(findings.problems) };
  return {
    ok: {
      protocol: 'http',
      name,
      basePath,
      operations: Object.fromEntries(named.map(({ id, operation }) => [id, operation])),
    },
    summaries: Object.fromEntries(named.map(({ id, summary }) => [id, summary])),
    notes: unique(findings.notes),
  };
}

function isOpenApi3(document: unknown, findings: Findings): document is JsonObject {
  const why = 'operations can be read from OpenAPI 3.0 and 3.1 only';
  const version = own(document, 'openapi');
  if (typeof version === 'string' && /^3\.[01](\.|$)/.test(version)) return true;
  if (!isJsonObject(document))
    findings.problems.push(
      findingAt([], `the document is ${described(document)}`, why, 'give the content of an openapi.yaml'),
    );
  else if (own(document, 'swagger') !== undefined)
    findings.problems.push(
      findingAt(
        ['swagger'],
        `is ${described(own(document, 'swagger'))}`,
        why,
        'convert it, for example with `npx swagger2openapi`',
      ),
    );
  else
    findings.problems.push(
      findingAt(['openapi'], `is ${described(version)}`, why, "write `openapi: '3.1.0'` when the document follows it"),
    );
  return false;
}

function operationsIn(document: JsonObject, basePath: BasePath | undefined, findings: Findings): Found[] {
  const paths = own(document, 'paths') ?? {};
  if (!isJsonObject(paths)) {
    const fix = 'write an object with a key for each path';
    findings.problems.push(findingAt(['paths'], `is ${described(paths)}`, 'it holds the operations', fix));
    return [];
  }
  return Object.entries(paths)
    .filter(([path]) => !path.startsWith('x-'))
    .flatMap(([path, value]) => {
      const place: Place = ['paths', path];
      const problem = pathProblem(path);
      if (problem !== undefined) findings.problems.push({ path: fieldPath(place), ...problem });
      const item = objectAt(document, value, place, findings);
      return item === undefined ? [] : operationsOfPath(document, path, item, basePath, findings);
    });
}

function operationsOfPath(
  document: JsonObject,
  path: string,
  item: JsonObject,
  basePath: BasePath | undefined,
  findings: Findings,
): Found[] {
  const place: Place = ['paths', path];
  if (basePath !== undefined) checkOwnServers(item, basePath, place, findings);
  return Object.entries(item).flatMap(([key, value]) => {
    const at: Place = [...place, key];
    if (OTHER_FIELDS.includes(key) || key.startsWith('x-')) return [];
    const method = METHODS.get(key);
    if (method === undefined) {
      findings.problems.push(unknownMethod(key, at));
      return [];
    }
    if (!isJsonObject(value)) {
      const fix = 'write the operation, or remove the key';
      findings.problems.push(findingAt(at, `is ${described(value)}`, 'an operation is an object', fix));
      return [];
    }
    if (basePath !== undefined) checkOwnServers(value, basePath, at, findings);
    const found = readOperation(document, method, path, { item, operation: value }, at, findings);
    return found === undefined ? [] : [found];
  });
}

function unknownMethod(key: string, at: Place): ContractFinding {
  if (key === 'trace')
    return findingAt(
      at,
      'TRACE is no method that an edge can allow',
      'it sends a request back with its credentials in it; servers and proxies switch it off',
      'remove the operation',
    );
  const meant = closest(key, [...METHODS.keys()]);
  return findingAt(
    at,
    `"${key}" is no method that OpenAPI 3.0 and 3.1 know`,
    'the operation would be missing from policies and routes without a word',
    meant === undefined
      ? `use one of ${[...METHODS.keys()].join(', ')}, or begin the key with "x-"`
      : `did you mean "${meant}"?`,
  );
}

function readOperation(
  document: JsonObject,
  method: HttpMethod,
  path: string,
  { item, operation }: { readonly item: JsonObject; readonly operation: JsonObject },
  place: Place,
  findings: Findings,
): Found | undefined {
  const id = own(operation, 'operationId');
  if (id !== undefined && (typeof id !== 'string' || id.trim() === '' || id === '__proto__')) {
    findings.problems.push(
      findingAt(
        [...place, 'operationId'],
        `is ${described(id)}`,
        'edges name operations by it, and it becomes a property of the contract',
        'write a name in camelCase, or leave it out to get one from method and path',
      ),
    );
    return undefined;
  }
  const security = Object.hasOwn(operation, 'security')
    ? securityOf(document, operation['security'], [...place, 'security'], findings)
    : securityOf(document, own(document, 'security'), ['security'], findings);
  const parameters = [
    ...parametersOf(document, operation, place, findings),
    ...parametersOf(document, item, place.slice(0, -1), findings),
  ];
  const takesKey = parameters.some(
    (parameter) => own(parameter, 'in') === 'header' && /^(x-)?idempotency-key$/i.test(String(own(parameter, 'name'))),
  );
  // Paths without "/" at their beginning are reported already.
  if (!isAbsolute(path)) return undefined;
  const words = [own(operation, 'summary'), own(operation, 'description')].find(
    (text) => typeof text === 'string' && text.trim() !== '',
  );
  return {
    id,
    place,
    operation: {
      method,
      path,
      security,
      ...(takesKey && (method === 'POST' || method === 'PATCH') && { idempotencyKey: true }),
    },
    summary: typeof words === 'string' ? words : `${method} ${path}`,
  };
}

function parametersOf(document: JsonObject, holder: JsonObject, place: Place, findings: Findings): JsonObject[] {
  const at: Place = [...place, 'parameters'];
  const list = own(holder, 'parameters') ?? [];
  if (!Array.isArray(list)) {
    const why = 'whether the operation takes an Idempotency-Key is unknown';
    findings.problems.push(findingAt(at, `is ${described(list)}`, why, 'write a list of parameters'));
    return [];
  }
  return list.flatMap<JsonObject>((value: unknown, index) => objectAt(document, value, [...at, index], findings) ?? []);
}

/** Gives names to operations without one, and reports names that are taken; sorted by name. */
function withNames(found: readonly Found[], findings: Findings): (Found & { readonly id: string })[] {
  const byName = new Map<string, Found>();
  const named: (Found & { readonly id: string })[] = [];
  for (const one of [...found.filter(({ id }) => id !== undefined), ...found.filter(({ id }) => id === undefined)]) {
    const id = one.id ?? derivedName(one.operation);
    const at: Place = [...one.place, 'operationId'];
    const other = byName.get(id);
    if (other === undefined) {
      byName.set(id, one);
      named.push({ ...one, id });
      if (one.id === undefined)
        findings.notes.push(
          findingAt(
            at,
            `is missing; the operation is named "${id}"`,
            'a name made of the path changes with the path',
            `write \`operationId: ${id}\`, or a better name`,
          ),
        );
    } else if (one.id === undefined)
      findings.problems.push(
        findingAt(
          at,
          `is missing, and "${id}", the name made of method and path, is that of ${fieldPath(other.place)}`,
          'edges name operations by it',
          'write an operationId',
        ),
      );
    else
      findings.problems.push(
        findingAt(
          at,
          `"${id}" is also the operationId of ${fieldPath(other.place)}`,
          'an edge could not say which of them it means',
          'give each operation an operationId of its own',
        ),
      );
  }
  return named.sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** `getUsersById` of `GET /users/{id}`. */
const derivedName = ({ method, path }: Operation): string =>
  `${method.toLowerCase()}${
    segmentsOf(path)
      .map((segment) => (varies(segment) ? `By${inPascalCase(segment)}` : inPascalCase(segment)))
      .join('') || 'Root'
  }`;

const inPascalCase = (text: string): string =>
  text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join('');

/** Reports operations whose requests cannot be told apart, and notes those that policies and routes may confuse. */
function compare(named: readonly (Found & { readonly id: string })[], findings: Findings): void {
  for (const [index, one] of named.entries())
    for (const other of named.slice(index + 1)) {
      if (one.operation.method !== other.operation.method) continue;
      const related = relation(one.operation.path, other.operation.path);
      if (related === 'apart') continue;
      if (related === 'same')
        findings.problems.push(
          findingAt(
            other.place,
            `"${other.id}" has the same requests as "${one.id}", ${fieldPath(one.place)}`,
            'names of path parameters do not tell requests apart',
            'keep one of them',
          ),
        );
      else if (related === 'covered') findings.notes.push(covering(other, one));
      else if (related === 'covers') findings.notes.push(covering(one, other));
      else
        findings.notes.push(
          findingAt(
            other.place,
            `some requests are both "${one.id}" and "${other.id}"`,
            'an edge to one of them opens these requests too',
            'give one of them a path of its own, where that matters',
          ),
        );
    }
}

const covering = (wider: Found & { readonly id: string }, narrower: Found & { readonly id: string }): ContractFinding =>
  findingAt(
    wider.place,
    `"${wider.operation.path}" covers "${narrower.operation.path}" of "${narrower.id}"`,
    wider.operation.security === 'none' && narrower.operation.security === 'user'
      ? `whoever may call "${wider.id}" may call "${narrower.id}" too, and without a token`
      : `whoever may call "${wider.id}" may call "${narrower.id}" too`,
    `give "${narrower.id}" a path that no template covers, or see that the service itself refuses`,
  );

const unique = (findings: readonly ContractFinding[]): ContractFinding[] => [
  ...new Map(findings.map((finding) => [`${finding.path}\n${finding.message}`, finding])).values(),
];
