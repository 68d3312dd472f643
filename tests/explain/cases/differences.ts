import { explain } from '../../../charts-src/explain/explain.ts';
import type { Explanation } from '../../../charts-src/explain/explanation.ts';
import { readRequest } from '../../../charts-src/explain/request.ts';
import { readOrigin } from '../../../charts-src/explain/routing-tests.ts';
import type { MeshGraph } from '../../../charts-src/graph/mesh-graph.ts';
import type { Expected, Question } from './upstream-case.ts';

/** Everything in which explain's answer is not as expected, with the steps that led there. */
export function differences(graph: MeshGraph, { from, ask, headers = [], expect }: Question): readonly string[] {
  const [url = '', method = 'GET'] = ask.split(' ').reverse();
  const origin = readOrigin(from);
  const read = readRequest(method, url, headers);
  if ('problem' in origin) throw new Error(origin.problem.message);
  if ('problem' in read) throw new Error(read.problem.message);
  const found = explain(graph, origin, read.request);
  if ('problem' in found) throw new Error(found.problem.message);
  const { explanation } = found;
  const told = Object.entries(expect).flatMap(([field, wanted]) => {
    const is = FOUND[field as keyof Expected](explanation, wanted); // a key of the table
    return JSON.stringify(is) === JSON.stringify(wanted)
      ? []
      : [`${field}: expected ${JSON.stringify(wanted)}, explain says ${JSON.stringify(is)}`];
  });
  if (told.length === 0) return [];
  const steps = explanation.steps.map(({ stage, decision, why }) => `    ${stage}: ${decision} (${why})`);
  return [`${ask} ${headers.join(' ')} from ${from}`, ...told.map((line) => `  ${line}`), ...steps];
}

const picked = (all: Readonly<Record<string, unknown>> | null | undefined, wanted: unknown): unknown =>
  Object.fromEntries(Object.keys(wanted as object).map((key) => [key, all?.[key]])); // an object of `Expected`

const FOUND: { readonly [F in keyof Expected]-?: (explanation: Explanation, wanted: unknown) => unknown } = {
  outcome: ({ outcome }) => outcome,
  status: ({ status }) => status,
  clusters: ({ destinations }, wanted) =>
    Array.isArray(wanted)
      ? destinations.map(({ cluster }) => cluster)
      : Object.fromEntries(destinations.map(({ cluster, share }) => [cluster, share])),
  timeout: ({ timeout }) => timeout,
  attempts: ({ tries }) => tries.attempts,
  perTryTimeout: ({ tries }) => tries.perTryTimeout,
  on: ({ tries }) => tries.on,
  path: ({ upstream }) => upstream?.path,
  authority: ({ upstream }) => upstream?.authority,
  upstreamHeaders: ({ upstream }, wanted) => picked(upstream?.headers, wanted),
  route: ({ route }) => route?.name,
  virtualService: ({ route }) => route?.virtualService,
  location: ({ redirect }) => redirect?.location,
  client: ({ mtls }) => mtls.client,
  server: ({ mtls }) => mtls.server,
  decision: ({ authorization }) => authorization.decision,
  policy: ({ authorization }) => authorization.policy,
  says: ({ steps }, wanted) =>
    (wanted as readonly string[]).filter((text) =>
      steps.some(({ decision, why }) => `${decision}: ${why}`.includes(text)),
    ), // of `Expected`
  breaker: ({ circuitBreaker }, wanted) => picked(circuitBreaker, wanted),
};
