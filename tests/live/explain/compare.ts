import { explain } from '../../../charts-src/explain/explain.ts';
import type { Explanation } from '../../../charts-src/explain/explanation.ts';
import { readRequest } from '../../../charts-src/explain/request.ts';
import { readOrigin } from '../../../charts-src/explain/routing-tests.ts';
import type { MeshGraph } from '../../../charts-src/graph/mesh-graph.ts';
import { withoutToken } from '../../explain/recording.ts';
import type { MeshAnswer, MeshRequest } from '../../support/mesh-cluster.ts';
import { GATEWAY, INGRESS_HOST } from './playground.ts';
import type { RandomRequest } from './random-manifests.ts';

/** What echo tells of a request that came through. */
interface Echo {
  readonly app: string;
  readonly version: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A request as the sender takes it. */
export function sent({ from, method, url, headers }: RandomRequest): MeshRequest {
  const found = /^http:\/\/([^/:?]+)(?::(\d+))?([^?]*)(\?.*)?$/.exec(url);
  const [, host = '', port, path = '', query = ''] = found ?? [];
  return {
    method,
    host,
    ...(from === GATEWAY && { connectTo: INGRESS_HOST }),
    // No DNS knows it: the address of a Service on whose ports proxies listen.
    ...(from !== GATEWAY && host.endsWith('.example') && { connectTo: 'alpha.north.svc.cluster.local' }),
    ...(port !== undefined && { port: Number(port) }),
    headers: { ...(port !== undefined && { host: `${host}:${port}` }), ...headers },
    path: `${path === '' ? '/' : path}${query}`,
    timeoutMs: 8_000,
  };
}

/** What explain says of a request.
 * @throws Error when it cannot say anything, which is a difference too */
export function explained(graph: MeshGraph, { from, method, url, headers }: RandomRequest): Explanation {
  const origin = readOrigin(from);
  const read = readRequest(
    method,
    url,
    Object.entries(headers).map(([name, value]) => `${name}=${value}`),
  );
  if ('problem' in origin) throw new Error(origin.problem.message);
  if ('problem' in read) throw new Error(read.problem.message);
  const found = explain(graph, origin, read.request);
  if ('problem' in found) throw new Error(found.problem.message);
  return found.explanation;
}

/** Everything in which an answer differs from what was said. */
export function differences(said: Explanation, answer: MeshAnswer): readonly string[] {
  const told: string[] = [];
  const expect = (what: string, wanted: unknown, found: unknown): void => {
    if (wanted !== found) told.push(`${what}: said ${JSON.stringify(wanted)}, was ${JSON.stringify(found)}`);
  };
  const rule = answer.headers['x-rule'] ?? null;
  switch (said.outcome) {
    case 'routed': {
      const works = said.destinations.filter(({ problem }) => problem === null);
      const failing = new Set<number | null>(
        said.destinations.flatMap(({ problem, status, answers }) => [
          ...(problem === null ? [] : [status]),
          ...answers.filter((one) => one.problem !== null).map((one) => one.status),
        ]),
      );
      if (failing.has(answer.status)) return told; // one of several destinations, and that one was said to fail
      // The applications here speak plain text.
      if (answer.status === null && said.assumptions.some((what) => what.includes('ends TLS by itself'))) return told;
      const echo = echoOf(answer);
      if (echo === undefined) {
        expect(
          'outcome',
          `routed to ${works.map(({ cluster }) => cluster).join(', ')}`,
          `${answer.status ?? answer.error} ${answer.text.slice(0, 80)}`,
        );
        return told;
      }
      const answers = works.flatMap(({ workloads, answers: apart }) =>
        workloads
          .filter((name) => !apart.some(({ workload, problem }) => workload === name && problem !== null))
          .map((name) => name.replace(/^.*\//, '')),
      );
      const who = `${echo.app}-${echo.version}`;
      // Behind a gateway on the way others answer, and other rules have the last word.
      const isHandedOn = said.steps.filter(({ stage }) => stage === 'client').length > 1;
      // Pods behind addresses have no names in the files.
      const isOpen = answers.length === 0 || isHandedOn || said.assumptions.some((what) => what.includes('no pods'));
      if (!isOpen && !answers.includes(who)) told.push(`who answered: said ${answers.join(' or ')}, was ${who}`);
      if (said.upstream) {
        expect('path', said.upstream.path, echo.path);
        expect('authority', said.upstream.authority, echo.headers['host']);
        const [wanted, found] = [own(said.upstream.headers), own(echo.headers)];
        // Of a header that comes several times, echo tells the last one.
        for (const name of new Set([...Object.keys(wanted), ...Object.keys(found)]))
          if (!said.assumptions.some((what) => onlyTheProxyKnows(what, name)))
            expect(`header ${name}`, wanted[name]?.split(',').at(-1)?.trim(), found[name]?.split(',').at(-1)?.trim());
      }
      if (said.route !== null && !isHandedOn) expect('rule', ruleOf(said.route), rule);
      return told;
    }
    case 'redirected':
      expect('status', said.redirect?.status, answer.status);
      expect('location', said.redirect?.location, answer.headers['location']);
      return told;
    case 'answered':
    case 'not-found':
    case 'refused':
    case 'unroutable':
      if (said.status === null)
        expect('status', 'connection closed', answer.error === null ? answer.status : 'connection closed');
      // An application that speaks plain text may wait for ever for a TLS handshake to become a request.
      else if (!(said.mtls.server !== 'STRICT' && said.mtls.client !== 'plain' && answer.error === 'TIMEOUT'))
        expect('status', said.status, answer.status ?? answer.error);
      return told;
    case 'passthrough':
      expect('rule', null, rule);
      if (said.status !== null) expect('status', said.status, answer.status);
      return told;
  }
}

/** Headers that requests and rules set, without the tokens of one run; proxies add others. */
const own = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => /^(?:authorization|cookie|x-(?!forwarded|request|envoy|b3|rule).*)$/.test(name))
      .map(([name, value]) => [name, withoutToken(value)]),
  );

/** Whether an assumption is about what a proxy writes into a header. */
const onlyTheProxyKnows = (assumption: string, header: string): boolean =>
  assumption.startsWith('only the proxy knows') && new RegExp(`\\b${header}\\b`).test(assumption);

/** The name of a rule as its answers carry it: of one behind a delegate, the delegate's own. */
const ruleOf = ({ virtualService, name }: NonNullable<Explanation['route']>): string | null =>
  virtualService === null ? null : (name?.split('.')[0]?.replace(/^root-/, '') ?? null);

function echoOf({ status, text }: MeshAnswer): Echo | undefined {
  if (status !== 200) return undefined;
  try {
    const echo = JSON.parse(text) as Echo; // what echo.py prints
    return typeof echo.app === 'string' ? echo : undefined;
  } catch {
    return undefined; // an answer of a proxy
  }
}
