import type { Client } from '../graph/destination-rules.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { LostRule } from '../graph/http-rules.ts';
import type { Resource } from '../graph/resource.ts';
import { objectName } from '../manifest/manifest.ts';
import { answer } from './answer.ts';
import { arriveAt, type Share } from './arrive-at.ts';
import type { Sender } from './arrivals.ts';
import { atCalledAddress, type Called } from './called-address.ts';
import { clusterOf } from './cluster.ts';
import { defaultRetries } from './default-retries.ts';
import type { ExplainedRoute, Explanation, Tries } from './explanation.ts';
import { faultOf } from './fault.ts';
import { headerSteps, withHeaders } from './header-operations.ts';
import { isCatchAll, matchWords, requestMiss, type ComparedRequest, type MatchingProxy } from './match-request.ts';
import { mirrorsOf } from './mirrors.ts';
import { preflightAnswer } from './preflight.ts';
import type { LeftOut, Route } from './proxy-routes.ts';
import { redirectLocation, redirectStatus } from './redirect.ts';
import type { Request } from './request.ts';
import { rewrittenPath } from './rewrite.ts';
import { by } from './rule-place.ts';
import { weighted, type Routing } from './shares.ts';
import { Steps } from './steps.ts';
import { limitOf, triesOf } from './tries.ts';

/** A request at a virtual host, and what is there for it. */
export interface AtVirtualHost {
  readonly client: Client;
  readonly sender: Sender;
  readonly proxy: MatchingProxy;
  readonly request: ComparedRequest;
  readonly url: Request;
  readonly steps: Steps;
  readonly isTls: boolean;
  /** Undefined: no VirtualService, the default route. */
  readonly routes: readonly Route[] | undefined;
  readonly leftOut: readonly LeftOut[];
  readonly lost: readonly LostRule[];
  readonly virtualService: Resource<'VirtualService'> | undefined;
  /** Where the default route goes. */
  readonly fallback: { readonly host: string; readonly port: number } | undefined;
  /** Where the client connected to. */
  readonly called: Called;
  /** Port of a destination that names none. */
  readonly portOf: (host: string, listenerPort: number | undefined) => number;
  /** Asked for every answer instead of the one for this request. */
  readonly collect?: Collect | undefined;
}

/** One answer that a host can give, and to which requests. */
export interface Answer {
  /** The requests, in words: `path prefix "/api"`. */
  readonly when: string;
  readonly explanation: Explanation;
  /** What proxies are told about it; nothing for the default route, and for what is left over. */
  readonly route?: Route | undefined;
}

/** Takes every answer of a host. */
export type Collect = (answer: Answer) => void;

/** Finds the rule for a request, and follows it to its end. */
export function followRoutes(graph: MeshGraph, at: AtVirtualHost): Explanation {
  const { steps, routes, virtualService, fallback } = at;
  if (at.collect !== undefined) collectAll(graph, at, at.collect);
  if (routes === undefined) {
    const why = 'no VirtualService acts for it on this port: the default route';
    steps.add('virtual-host', `host ${fallback?.host ?? ''}`, why);
    return followDefault(graph, at);
  }
  if (virtualService)
    steps.add('virtual-host', objectName(virtualService.manifest), 'it has this host', {
      manifest: virtualService.manifest,
      at: ['spec', 'hosts'],
    });
  absentSteps(at);
  for (const route of routes) {
    const miss = route.match && requestMiss(route.match.match, at.request);
    if (miss === undefined) return followRule(graph, at, route);
    steps.add(
      'route',
      `http[${route.rule.index}] does not match`,
      `${miss.field} wants ${miss.wants}, but it is ${miss.found}`,
      by(route.match?.place ?? route.rule.place),
    );
  }
  steps.add(
    'route',
    'no rule matches: 404',
    'the host has a VirtualService, so there is no default route',
    virtualService && { manifest: virtualService.manifest, at: ['spec', 'http'] },
  );
  return answer(steps, { outcome: 'not-found', status: 404 });
}

/** Rules that the proxy was never told. */
function absentSteps({ steps, leftOut, lost }: AtVirtualHost): void {
  for (const { rule, match, miss } of leftOut)
    steps.add(
      'route',
      `http[${rule.index}] is not for this client`,
      `${miss.field} wants ${miss.wants}, but it is ${miss.found}`,
      by(match.place),
    );
  for (const { reason, delegate, ...place } of lost)
    steps.add('route', `the rule for delegate ${delegate} is gone`, reason, by(place));
}

/** Every rule as if a request had come to it; each takes what those above it leave over. */
function collectAll(graph: MeshGraph, at: AtVirtualHost, collect: Collect): void {
  const apart = (): AtVirtualHost => ({ ...at, steps: new Steps(), collect: undefined });
  if (at.routes === undefined) return collect({ when: 'every request', explanation: followDefault(graph, apart()) });
  for (const route of at.routes)
    collect({
      when: route.match === undefined ? 'every other request' : matchWords(route.match.match),
      explanation: followRule(graph, apart(), route),
      route,
    });
  const last = at.routes.at(-1);
  if (last !== undefined && (last.match === undefined || isCatchAll(last.match.match))) return;
  collect({ when: 'every other request', explanation: answer(new Steps(), { outcome: 'not-found', status: 404 }) });
}

function followDefault(
  graph: MeshGraph,
  { steps, client, sender, called, request, url, fallback }: AtVirtualHost,
): Explanation {
  if (fallback === undefined) return answer(steps, { outcome: 'not-found', status: 404 });
  const cluster = clusterOf(graph, client, fallback);
  const tries = triesOf(defaultRetries(graph), undefined);
  steps.add('timeout', 'no timeout', 'no route says one');
  steps.add('retries', triesWords(tries), `the default of the mesh, on ${tries.on.join(', ')}`);
  const shares = atCalledAddress(graph, steps, sender, called, [{ cluster, share: 1, request }]);
  return arriveAt(graph, steps, sender, shares, {
    route: { virtualService: null, name: 'default', rule: null },
    url,
    tries,
  });
}

function followRule(graph: MeshGraph, at: AtVirtualHost, taken: Route): Explanation {
  const { steps, request } = at;
  const { rule, match } = taken;
  const { http } = rule;
  const route = routeOf(taken);
  steps.add(
    'route',
    `http[${rule.index}]${route.name === null ? '' : ` "${route.name}"`}`,
    match ? matchWords(match.match) : 'it has no match: it takes every request',
    by(match?.place ?? rule.place),
  );
  // Envoy asks its fault filter first, then CORS, which looks only at rules that lead somewhere, then it routes.
  const fault = faultOf(rule, steps);
  if (fault?.abort?.share === 1)
    return answer(steps, { outcome: 'answered', status: fault.abort.status, route, fault });
  if (http.redirect) return redirected(at, taken, { route, fault });
  if (http.directResponse) {
    const { status } = http.directResponse;
    steps.add('action', `answered with ${status}`, 'directResponse', by(rule.placeOf('directResponse')));
    return answer(steps, { outcome: 'answered', status, route, fault });
  }
  const preflight = preflightAnswer(http, request);
  if (preflight !== undefined) {
    steps.add('action', 'answered by CORS: 200', preflight, by(rule.placeOf('corsPolicy')));
    return answer(steps, { outcome: 'answered', status: 200, route, fault });
  }
  return forwarded(graph, at, taken, { route, fault });
}

function routeOf({ virtualService, rule, match }: Route): ExplainedRoute {
  // As Envoy has it: with a dot even where the rule itself has no name.
  const name = `${rule.http.name ?? ''}${match?.match.name ? `.${match.match.name}` : ''}`;
  return { virtualService: objectName(virtualService.manifest), name: name === '' ? null : name, rule: rule.index };
}

/** Sends a request where its rule says, changed as it says. */
function forwarded(
  graph: MeshGraph,
  { steps, client, sender, called, request, url, portOf }: AtVirtualHost,
  { rule, match, listenerPort }: Route,
  said: Pick<Explanation, 'route' | 'fault'>,
): Explanation {
  const { http } = rule;
  const { namespace } = rule.place.virtualService;
  const routing: Routing = { client, namespace, portOf: (host) => portOf(host, listenerPort) };
  const path = rewrittenPath(rule, match?.match, request.path, steps);
  headerSteps(rule, steps);
  const mirrors = mirrorsOf(graph, rule, routing, steps);
  const weights: readonly Share[] = weighted(graph, http.route ?? [], routing).map(
    ({ destination, cluster, share }) => ({
      cluster,
      share,
      request: {
        ...withHeaders(
          { request, url, routeName: said.route?.name ?? '' },
          {
            rule: http.headers,
            destination: destination.headers,
            isOnly: http.route?.length === 1,
            rewritten: http.rewrite?.authority,
          },
          steps,
        ),
        path,
      },
    }),
  );
  const shares = atCalledAddress(graph, steps, sender, called, weights);
  const tries = patience(graph, rule, steps);
  if (shares.length === 0) {
    steps.add('action', 'nowhere to go: 503', 'every destination has the weight 0', by(rule.placeOf('route')));
    return answer(steps, { outcome: 'unroutable', status: 503, ...said });
  }
  return arriveAt(graph, steps, sender, shares, {
    ...said,
    mirrors,
    tries,
    timeout: limitOf(http.timeout) ?? null,
    url,
  });
}

/** How long and how often a rule tries. */
function patience(graph: MeshGraph, rule: Route['rule'], steps: Steps): Tries {
  const { retries } = rule.http;
  const timeout = limitOf(rule.http.timeout);
  const tries = triesOf(retries ?? defaultRetries(graph), timeout);
  if (rule.http.timeout === undefined) steps.add('timeout', 'no timeout', 'the rule says none');
  else if (timeout === undefined)
    steps.add('timeout', 'no timeout', `${rule.http.timeout} switches it off`, by(rule.placeOf('timeout')));
  else steps.add('timeout', timeout, 'for all tries together', by(rule.placeOf('timeout')));
  const conditions =
    tries.attempts === 1 ? 'attempts is missing or 0, which switches retries off' : `on ${tries.on.join(', ')}`;
  if (retries === undefined)
    steps.add('retries', triesWords(tries), `the default of the mesh, on ${tries.on.join(', ')}`);
  else steps.add('retries', triesWords(tries), conditions, by(rule.placeOf('retries')));
  return tries;
}

const triesWords = ({ attempts, perTryTimeout }: Tries): string =>
  attempts === 1 ? 'one try' : `${attempts} tries${perTryTimeout === null ? '' : ` of ${perTryTimeout}`}`;

function redirected(
  { steps, request, url, isTls, proxy }: AtVirtualHost,
  { rule, match, listenerPort }: Route,
  said: Pick<Explanation, 'route' | 'fault'>,
): Explanation {
  const { status, isKnown } = redirectStatus(rule);
  if (!isKnown) {
    const why = 'Istio builds a route without an action, and Envoy refuses the table of this port';
    steps.add('action', `a redirect with ${status}, which no proxy can be told`, why, by(rule.placeOf('redirect')));
    return answer(steps, { outcome: 'unroutable', status: null, ...said });
  }
  const { path, authority } = request;
  const location = redirectLocation(rule, {
    match: match?.match,
    path,
    authority,
    url,
    isTls,
    port: listenerPort ?? proxy.port,
  });
  steps.add('action', `redirected to ${location} with ${status}`, 'redirect', by(rule.placeOf('redirect')));
  return answer(steps, { outcome: 'redirected', status, redirect: { location, status }, ...said });
}
