import { closest } from './closest.ts';
import { isIdempotent, UNKNOWN_CONTRACT, type Contract, type Operation } from './contract.ts';
import { durationProblem, type Duration } from './duration.ts';
import { dnsLabelProblem } from './names.ts';
import { pathProblem } from './path-template.ts';
import type { CalleePort } from './party.ts';
import type { Scaling, VersionProps } from './service.ts';
import type { ConnectionPool, LoadBalancer, OutlierDetection, Retries, TrafficPolicy } from './traffic-policy.ts';

/** A field and what is wrong with it: what construct validations are made of. */
export type Problems = readonly string[];

/** `field: problem` for each field that has one. */
export const fieldProblems = (fields: Readonly<Record<string, string | undefined>>): Problems => {
  const problems: string[] = [];
  for (const field in fields) if (fields[field] !== undefined) problems.push(`${field}: ${fields[field]}.`);
  return problems;
};

/** {@link fieldProblems} of fields that lie in another one. Names that differ from service to service are no names of
 * fields: the engine keeps a description of each set of names that it has seen. */
const problemsIn = (at: string, fields: Readonly<Record<string, string | undefined>>): Problems =>
  fieldProblems(fields).map((problem) => `${at}.${problem}`);

const positive = (value: number | undefined): string | undefined =>
  value === undefined || isWhole(value, 1)
    ? undefined
    : `${shown(value)} is no whole number above 0; Istio reads 0 as "no limit". Leave it out for the default`;

const duration = (value: Duration | undefined): string | undefined =>
  value === undefined ? undefined : durationProblem(String(value));

/** What is wrong with a policy for connections. */
export function policyProblems(policy: TrafficPolicy | undefined, at: string): Problems {
  if (policy === undefined) return [];
  const { connectionPool, outlierDetection, loadBalancer } = policy;
  return [
    ...problemsIn(at, {
      loadBalancer: loadBalancer === undefined ? undefined : balancerProblem(loadBalancer),
    }),
    ...poolProblems(connectionPool, `${at}.connectionPool`),
    ...outlierProblems(outlierDetection, `${at}.outlierDetection`),
  ];
}

function balancerProblem(wanted: unknown): string | undefined {
  const simple = ['LEAST_REQUEST', 'ROUND_ROBIN', 'RANDOM'] satisfies LoadBalancer[];
  if (typeof wanted === 'string' && simple.some((name) => name === wanted)) return undefined;
  const { consistentHash } = (typeof wanted === 'object' && wanted !== null ? wanted : {}) as {
    readonly consistentHash?: { readonly httpHeaderName?: unknown; readonly useSourceIp?: unknown } | null;
  }; // any object may have these fields, of any type
  const byHeader = typeof consistentHash?.httpHeaderName === 'string' && consistentHash.httpHeaderName !== '';
  if (byHeader !== (consistentHash?.useSourceIp === true)) return undefined;
  return `${typeof wanted === 'object' ? JSON.stringify(wanted) : shown(wanted)} is no way to pick a pod: write ${simple.join(', ')}, or { consistentHash: { httpHeaderName: 'x-user' } } or { consistentHash: { useSourceIp: true } }`;
}

const poolProblems = (pool: ConnectionPool | undefined, at: string): Problems =>
  problemsIn(at, {
    'tcp.maxConnections': positive(pool?.tcp?.maxConnections),
    'tcp.connectTimeout': duration(pool?.tcp?.connectTimeout),
    'http.http1MaxPendingRequests': positive(pool?.http?.http1MaxPendingRequests),
    'http.http2MaxRequests': positive(pool?.http?.http2MaxRequests),
    'http.maxRequestsPerConnection': positive(pool?.http?.maxRequestsPerConnection),
    'http.maxRetries': positive(pool?.http?.maxRetries),
    'http.idleTimeout': duration(pool?.http?.idleTimeout),
  });

const outlierProblems = (outlier: OutlierDetection | undefined, at: string): Problems =>
  problemsIn(at, {
    consecutive5xxErrors: positive(outlier?.consecutive5xxErrors),
    interval: duration(outlier?.interval),
    baseEjectionTime: duration(outlier?.baseEjectionTime),
    maxEjectionPercent:
      outlier?.maxEjectionPercent === undefined ||
      (isWhole(outlier.maxEjectionPercent, 1) && outlier.maxEjectionPercent <= 100)
        ? undefined
        : `${shown(outlier.maxEjectionPercent)} is no whole number from 1 to 100`,
  });

/** What is wrong with the patience of an edge. */
export const patienceProblems = (timeout: Duration | undefined, retries: Retries | undefined): Problems =>
  fieldProblems({
    timeout: duration(timeout),
    'retries.attempts':
      retries === undefined || (Number.isInteger(retries.attempts) && retries.attempts >= 0 && retries.attempts <= 10)
        ? undefined
        : `${retries.attempts} is no whole number from 0 to 10; more tries multiply an outage`,
    'retries.perTryTimeout': duration(retries?.perTryTimeout),
  });

/** What is wrong with the operations of an edge, for code that no compiler has seen. */
export function operationProblems(
  contract: Contract,
  operations: readonly string[],
  retries: (Retries & { idempotent?: string }) | undefined,
): Problems {
  if (contract === UNKNOWN_CONTRACT) return []; // reported where it was not given
  // A map, so that a name such as `constructor` is not found in what every object has.
  const known = new Map<string, Operation>(Object.entries(contract.operations));
  const problems = operations
    .filter((name) => !known.has(name))
    .map((name) => {
      const meant = closest(name, [...known.keys()]);
      return (
        `operations: "${name}" is no operation of the contract of ${contract.name} (it has ${[...known.keys()].join(', ') || 'none'}), so nothing would be allowed. ` +
        (meant === undefined ? 'Name one of these, or add it to the contract.' : `Did you mean "${meant}"?`)
      );
    });
  if (operations.length === 0)
    problems.push(
      `operations: none is named, so the edge to ${contract.name} would allow nothing. Name those that are called.`,
    );
  for (const name of operations) {
    const operation = known.get(name);
    const path = operation && pathProblem(`${contract.basePath}${operation.path}`);
    if (path)
      problems.push(
        `operations: ${name} of the contract of ${contract.name}: ${path.message}: ${path.why}. Fix: ${path.fix}.`,
      );
  }
  const unsafe = operations.filter((name) => {
    const operation = known.get(name);
    return operation !== undefined && !isIdempotent(operation);
  });
  if (
    contract.protocol === 'http' &&
    unsafe.length > 0 &&
    retries &&
    retries.attempts > 0 &&
    retries.idempotent !== 'by key'
  )
    problems.push(
      `retries: ${unsafe.join(', ')} would be done twice when a try fails after it was received. ` +
        `If the callee tells repeats apart by a key, write idempotent: 'by key'; else leave out retries.`,
    );
  return problems;
}

/** What is wrong with the versions of a service. */
export function versionProblems(versions: Readonly<Record<string, VersionProps>>, takesTags: boolean): Problems {
  const names = Object.keys(versions);
  if (names.length === 0)
    return ['versions: there is none, so nothing would run. Give at least one, such as { v1: { image } }.'];
  return names.flatMap((name) => {
    const { image, scaling } = versions[name] ?? { image: '' };
    return [
      ...fieldProblems({ [`versions.${name}`]: dnsLabelProblem(name) }),
      ...imageProblems(`versions.${name}.image`, image, takesTags),
      ...scalingProblems(scaling, `versions.${name}.scaling`),
    ];
  });
}

/** Registry with an optional port, path of lower-case parts, tag, digest.
 * Source: the grammar of distribution/reference, which the kubelet reads images by */
const IMAGE =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

/** What is wrong with an image reference. */
export function imageProblems(at: string, image: unknown, takesTags: boolean): Problems {
  if (typeof image !== 'string' || image === '')
    return [`${at}: is missing. Name what runs, as repository:tag@sha256:….`];
  if (!IMAGE.test(image))
    return [`${at}: "${image}" is no image reference. Write repository:tag@sha256:<64 hexadecimal digits>.`];
  if (image.includes('@')) return [];
  const repository = image.slice(image.lastIndexOf('/') + 1);
  if (!repository.includes(':') || repository.endsWith(':latest'))
    return [
      `${at}: "${image}" names no fixed tag, so every start of a pod may run something else. Name a tag and a digest.`,
    ];
  return takesTags
    ? []
    : [
        `${at}: "${image}" has no digest, so what runs can change without a change here. Add @sha256:…, or let the mesh take images by tag with a reason.`,
      ];
}

/** What is wrong with a number of pods. */
export function scalingProblems(scaling: Scaling | undefined, at: string): Problems {
  if (scaling === undefined) return [];
  const { replicas, minReplicas, maxReplicas, targetCpuPercent } = scaling;
  if (replicas !== undefined && (minReplicas !== undefined || maxReplicas !== undefined))
    return [`${at}: replicas and minReplicas exclude each other: each apply would undo the autoscaler. Keep one.`];
  if (replicas === undefined && minReplicas === undefined && maxReplicas === undefined)
    return [`${at}: says no number of pods. Write { replicas: 2 }, or { minReplicas: 2, maxReplicas: 6 }.`];
  if (replicas !== undefined)
    return fieldProblems({
      [`${at}.replicas`]: isWhole(replicas, 1) ? undefined : `${shown(replicas)} is no whole number above 0`,
    });
  return fieldProblems({
    [`${at}.minReplicas`]: !isWhole(minReplicas)
      ? `${shown(minReplicas)} is no whole number`
      : minReplicas < 2
        ? `${minReplicas} is fewer than 2: one pod is an outage at every restart`
        : undefined,
    [`${at}.maxReplicas`]: !isWhole(maxReplicas)
      ? `${shown(maxReplicas)} is no whole number`
      : isWhole(minReplicas) && maxReplicas <= minReplicas
        ? `${maxReplicas} leaves the autoscaler no room above minReplicas ${minReplicas}`
        : undefined,
    [`${at}.targetCpuPercent`]:
      targetCpuPercent === undefined || (isWhole(targetCpuPercent, 1) && targetCpuPercent <= 100)
        ? undefined
        : `${shown(targetCpuPercent)} is no whole number from 1 to 100`,
  });
}

const isWhole = (value: unknown, min = Number.NEGATIVE_INFINITY): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= min;

/** A value in a message: a text in quotes, so that "3" is not taken for 3. */
const shown = (value: unknown): string =>
  value === undefined ? 'nothing' : typeof value === 'string' ? JSON.stringify(value) : String(value);

/** Ports that Istio's proxy keeps for itself in every pod.
 * Source: Istio, "Application requirements", ports used by Istio */
const PROXY_PORTS = new Set([15000, 15001, 15002, 15004, 15006, 15008, 15009, 15020, 15021, 15053, 15090]);

/** What is wrong with the ports of a service. */
export function portProblems(ports: readonly CalleePort[]): Problems {
  const twice = (field: 'number' | 'targetPort' | 'name') =>
    ports
      .filter((port, index) => ports.findIndex((other) => other[field] === port[field]) !== index)
      .map(
        (port) =>
          `ports: ${field} ${port[field]} is used twice, so one of them would never be reached. Give each its own.`,
      );
  return [
    ...ports.flatMap(({ name, number, targetPort, protocol }) =>
      fieldProblems({
        [`ports.${name}.name`]: name.startsWith(protocol)
          ? dnsLabelProblem(name)
          : `"${name}" does not start with its protocol, ${protocol}, from which tools read it. Call it ${protocol}-${name}`,
        [`ports.${name}.number`]: portProblem(number),
        [`ports.${name}.targetPort`]: PROXY_PORTS.has(targetPort)
          ? `${targetPort} belongs to Istio's proxy in the same pod, which would not start. Choose another`
          : portProblem(targetPort),
      }),
    ),
    ...twice('name'),
    ...twice('number'),
    ...twice('targetPort'),
  ];
}

/** What is wrong with a port number. */
export const portProblem = (port: unknown): string | undefined =>
  typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535
    ? undefined
    : `${String(port)} is no port: use 1 to 65535`;
