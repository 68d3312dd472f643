import { explain, explainAll } from '../explain/explain.ts';
import type { Explanation } from '../explain/explanation.ts';
import { compared, isCatchAll, matchWords } from '../explain/match-request.ts';
import { pathWithQuery, type Request } from '../explain/request.ts';
import { hostRoutesOf } from '../graph/host-routes.ts';
import { httpRulesOf, type HttpMatch } from '../graph/http-rules.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { virtualServiceHosts } from '../graph/virtual-services.ts';
import type { HTTPMatchRequest } from '../imports/istio.ts';
import { containerPortOf, type MeshHost } from '../graph/mesh-host.ts';
import { workloadName, type Workload } from '../graph/workload.ts';
import { durationMs } from '../model/duration.ts';
import { isWildcardHost } from '../model/host.ts';
import type { Reference, TrafficChange, TrafficTopic } from './change.ts';
import type { ObjectChange } from './objects.ts';
import type { Pairing } from './pairing.ts';
import { sampleRequest } from './request-sample.ts';
import { boundTo, gatewaySenders, Senders, type Sender } from './senders.ts';
import { touchedHosts } from './touched-hosts.ts';
import { treatmentOf, type Treatment } from './treatment.ts';

/** What changes for requests: per kind of sender and host, class by class. Only hosts that a change may touch are asked. */
export function trafficChanges(
  before: MeshGraph,
  after: MeshGraph,
  changes: readonly ObjectChange[],
  pairing: Pairing,
): readonly TrafficChange[] {
  const touched = touchedHosts(before, after, changes);
  const comparison: Comparison = { before, after };
  const senders = new Senders([after, before]);
  const found = [...portsByHost(before, after, touched.has)]
    .sort(byHost)
    .flatMap(([host, ports]) =>
      [...ports]
        .sort((a, b) => a - b)
        .flatMap((port) =>
          senders
            .of(host, port)
            .flatMap((sender) => [
              ...senderChanges(comparison, sender, host),
              ...podChanges(comparison, pairing, host, port).map((row) => ({ ...row, ...senderFields(sender, host) })),
            ]),
        ),
    );
  const gateways = new Map<string, Sender & { readonly host: string }>();
  for (const graph of [after, before])
    for (const sender of gatewaySenders(graph, touched.has))
      if (!gateways.has(`${sender.name} ${sender.url}`)) gateways.set(`${sender.name} ${sender.url}`, sender);
  return joined([
    ...[...gateways.values()].flatMap((sender) => senderChanges(comparison, sender, sender.host)),
    ...found,
  ]);
}

interface Comparison {
  readonly before: MeshGraph;
  readonly after: MeshGraph;
}

const byHost = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : 1;

/** Hosts of the registry with their ports; a host that only a VirtualService names is known on port 80. */
function portsByHost(
  before: MeshGraph,
  after: MeshGraph,
  isTouched: (host: string) => boolean,
): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>();
  for (const graph of [before, after]) {
    for (const { host, ports } of graph.hosts)
      if (isTouched(host)) {
        const known = found.get(host) ?? new Set();
        found.set(host, known);
        for (const { number } of ports) known.add(number);
      }
    for (const virtualService of graph.virtualServices.visibleTo('', 'mesh'))
      for (const host of virtualServiceHosts(virtualService, graph.settings.clusterDomain))
        if (!isWildcardHost(host) && isTouched(host) && !found.has(host)) found.set(host, new Set([80]));
  }
  return found;
}

/** What becomes of the requests of one sender to one host. */
function senderChanges({ before, after }: Comparison, sender: Sender, host: string): readonly TrafficChange[] {
  const classes = new Map<string, HTTPMatchRequest | undefined>([[REST, undefined]]);
  for (const graph of [after, before])
    for (const match of matchesFor(graph, sender, host)) if (!isCatchAll(match)) classes.set(matchWords(match), match);
  const rows = [...classes].flatMap(([when, match]) =>
    differences(when, answerOf(before, sender, when, match), answerOf(after, sender, when, match)),
  );
  return sameForAll(rows, classes.size).map((row) => ({ ...row, ...senderFields(sender, host) }));
}

const senderFields = ({ name, alike, port }: Sender, host: string) => ({ from: name, alike, host, port });

/** A Service that selects other pods than before, or another port of them: the same name, and something else answers. */
function podChanges({ before, after }: Comparison, pairing: Pairing, host: string, port: number): readonly Row[] {
  const [was] = before.hostsNamed(pairing.hostThere(host));
  const [is] = after.hostsNamed(host);
  if (was === undefined || is === undefined || was.workloads.length === 0 || is.workloads.length === 0) return [];
  const row = (old: string, now: string, field: 'selector' | 'ports'): readonly Row[] => [
    {
      requests: 'every request',
      topic: 'pods',
      before: old,
      after: now,
      by: { manifest: is.manifest, at: ['spec', field] },
    },
  ];
  const names = ({ workloads }: MeshHost): string => workloads.map(workloadName).join(', ');
  const kept = is.workloads.filter((workload) => was.workloads.includes(pairing.counterpart(workload) ?? workload));
  if (kept.length === 0) return row(names(was), names(is), 'selector');
  const numbers = (graph: MeshHost, pods: readonly Workload[]): string =>
    [...new Set(pods.map((workload) => containerPort(graph, port, workload)))].join(', ');
  const [old, now] = [
    numbers(
      was,
      kept.map((workload) => pairing.counterpart(workload) ?? workload),
    ),
    numbers(is, kept),
  ];
  return old === now || old === '' || now === ''
    ? []
    : row(`port ${old} of the pods`, `port ${now} of the pods`, 'ports');
}

/** Where requests to a port of a host arrive; empty where that is not known. */
function containerPort({ ports }: MeshHost, number: number, workload: Workload): string {
  const port = ports.find((one) => one.number === number);
  return String((port && containerPortOf(port, workload)) ?? '');
}

/** All requests that no other class takes. */
const REST = 'every other request';

/** Matches of rules that some request of this sender may come to. */
function matchesFor(graph: MeshGraph, { origin, port }: Sender, host: string): readonly HTTPMatchRequest[] {
  const isForPort = ({ match }: HttpMatch): boolean => !match.port || match.port === port;
  if (origin.kind === 'workload') {
    const pods = graph
      .workloadsBy(origin.namespace)
      .select({})
      .find(({ name }) => name === origin.name);
    const rules = pods === undefined ? [] : hostRoutesOf(graph).rulesFor(pods, { host });
    return rules.flatMap(({ matches }) => matches.filter(isForPort).map(({ match }) => match));
  }
  if (origin.kind !== 'gateway') return [];
  const key = `${origin.namespace}/${origin.name}`;
  return boundTo(graph, key)
    .filter((one) => virtualServiceHosts(one, graph.settings.clusterDomain).includes(host))
    .flatMap((one) => httpRulesOf(one, graph.virtualServices).rules)
    .flatMap(({ matches }) => matches)
    .filter(isForPort)
    .filter(({ gateways }) => gateways.length === 0 || gateways.includes(key))
    .map(({ match }) => match);
}

/** An explanation, and the request that it is about. */
interface Followed {
  readonly explanation: Explanation;
  readonly path: string;
  /** Host and path as they are where nothing rewrites them. */
  readonly unchanged: string;
}

const followed = (explanation: Explanation, sample: Request): Followed => {
  const { path, authority } = compared(sample);
  return { explanation, path: sample.path, unchanged: `${authority}${pathWithQuery(path, sample)}` };
};

/** What a class of requests meets: a sample of it is followed, so that it counts which rule comes first. */
function answerOf(
  graph: MeshGraph,
  { origin, url }: Sender,
  when: string,
  match: HTTPMatchRequest | undefined,
): Followed | undefined {
  const sample = sampleRequest(url, match);
  if (sample !== undefined) {
    const found = explain(graph, origin, sample);
    return 'problem' in found ? undefined : followed(found.explanation, sample);
  }
  const any = sampleRequest(url, undefined);
  const found = any && explainAll(graph, origin, any);
  if (any === undefined || found === undefined || 'problem' in found) return undefined;
  const answer = found.answers.find((one) => one.when === when) ?? found.answers.at(-1);
  return answer && followed(answer.explanation, any);
}

type Row = Pick<TrafficChange, 'requests' | 'topic' | 'before' | 'after' | 'by'>;

function differences(requests: string, was: Followed | undefined, is: Followed | undefined): readonly Row[] {
  if (was === undefined || is === undefined) return [];
  const [before, after] = [treatmentOf(was.explanation, was.path), treatmentOf(is.explanation, is.path)];
  const by = refer(is.explanation) ?? refer(was.explanation);
  const row = (topic: TrafficTopic, old: string, now: string): Row => ({
    requests,
    topic,
    before: old,
    after: now,
    by,
  });
  if (before.outcome !== after.outcome) return [row('outcome', summary(before), summary(after))];
  return TOPICS.flatMap((topic) => {
    const [old, now] = [before[topic] ?? 'none', after[topic] ?? 'none'];
    // Bytes have no path, which is no rewrite.
    if (topic === 'rewrite' && [old, now].every((words) => words === 'none' || words === was.unchanged)) return [];
    return isSame(topic, old, now) ? [] : [row(topic, old, now)];
  });
}

/** Whether two treatments mean the same: a duration in other units, conditions of retries in another order. */
function isSame(topic: TrafficTopic, old: string, now: string): boolean {
  if (topic !== 'timeout' && topic !== 'tries') return old === now;
  const meant = (words: string): readonly string[] =>
    words
      .split(/,? /)
      .map((word) => String(durationMs(word) ?? word))
      .sort();
  return meant(old).join(' ') === meant(now).join(' ');
}

const TOPICS: readonly TrafficTopic[] = [
  'shares',
  'timeout',
  'tries',
  'breaker',
  'policy',
  'fault',
  'mirror',
  'rewrite',
  'headers',
];

const summary = ({ outcome = '', shares }: Treatment): string =>
  shares === undefined ? outcome : `routed to ${shares}`;

/** More classes than this are counted, not named. */
const MOST_NAMED = 3;

/** Classes to which the same happens are told together. */
function sameForAll(rows: readonly Row[], classes: number): readonly Row[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.topic, row.before, row.after]);
    const list = groups.get(key);
    if (list) list.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    if (group.length === classes) return [{ ...first, requests: 'every request' }];
    const named = group.slice(0, MOST_NAMED).map(({ requests }) => requests);
    const left = group.length - named.length;
    return [{ ...first, requests: `${named.join('; ')}${left === 0 ? '' : `; and ${left} more kinds`}` }];
  });
}

/** Senders to whom the same happens are told once. */
function joined(changes: readonly TrafficChange[]): readonly TrafficChange[] {
  const groups = new Map<string, TrafficChange>();
  for (const change of changes) {
    const { host, port, requests, topic, before, after, from } = change;
    const isGateway = from.startsWith('gateway:');
    const key = JSON.stringify([isGateway ? from : '', host, port, requests, topic, before, after]);
    const known = groups.get(key);
    groups.set(key, known === undefined ? change : { ...known, alike: known.alike + change.alike + 1 });
  }
  return [...groups.values()];
}

/** The object that decided the route. */
function refer({ steps }: Explanation): Reference | undefined {
  const by = steps.findLast(({ stage, by: found }) => stage === 'route' && found !== undefined)?.by;
  return by && { manifest: by.manifest, at: by.at };
}
