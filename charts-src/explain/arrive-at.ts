import type { MeshGraph } from '../graph/mesh-graph.ts';
import { workloadName } from '../graph/workload.ts';
import { objectName } from '../manifest/manifest.ts';
import { answer } from './answer.ts';
import { arrivals, ownAnswer, type Arrival, type Sender } from './arrivals.ts';
import { circuitBreaker } from './circuit-breaker.ts';
import type { Cluster } from './cluster.ts';
import type { ExplainedDestination, Explanation, Step } from './explanation.ts';
import type { ComparedRequest } from './match-request.ts';
import { percent } from '../model/percent.ts';
import type { Request } from './request.ts';
import type { Steps } from './steps.ts';
import { upstreamOf } from './upstream.ts';

/** A cluster, its part of the requests, and the request as it gets there. */
export interface Share {
  readonly cluster: Cluster;
  readonly share: number;
  readonly request: ComparedRequest;
}

/** What is known of a request before it arrives. */
interface Said extends Partial<Explanation> {
  /** As it was asked; left out for what is no request of HTTP.
   * @default - nothing is told of the request as applications get it */
  readonly url?: Request;
}

/** Follows a request into clusters, and says how it ends there. */
export function arriveAt(
  graph: MeshGraph,
  steps: Steps,
  sender: Sender,
  shares: readonly Share[],
  { url, ...said }: Said,
): Explanation {
  const ends = shares.map((share) => destinationOf(graph, steps, sender, share));
  const destinations = ends.map(({ destination }) => destination);
  const [first] = destinations;
  const outcome = agreed(
    destinations.map((destination) => destination.outcome),
    'routed',
  );
  const refusing = destinations.find(({ authorization }) => authorization.decision === 'deny');
  if (destinations.some((destination) => destination.outcome !== outcome))
    for (const { cluster, problem } of destinations) if (problem !== null) steps.assume(`${cluster}: ${problem}`);
  return answer(steps, {
    outcome,
    status: agreed(
      destinations.map(({ status }) => status),
      null,
    ),
    destinations,
    mtls: first?.mtls ?? { client: 'plain', server: null },
    authorization: (outcome === 'refused' ? refusing : first)?.authorization ?? { decision: 'allow', policy: null },
    circuitBreaker: circuitBreaker(shares[0]?.cluster.policy),
    upstream: url === undefined || ends[0] === undefined ? null : upstreamOf(ends[0].request, url),
    ...said,
  });
}

/** What all say; something else where they differ. */
const agreed = <T>(values: readonly T[], otherwise: T): T =>
  values.every((value) => value === values[0]) ? (values[0] ?? otherwise) : otherwise;

/** How a request ends at a destination, and the request as applications there get it. */
interface End {
  readonly destination: ExplainedDestination;
  readonly request: ComparedRequest;
}

function destinationOf(graph: MeshGraph, steps: Steps, sender: Sender, { cluster, share, request }: Share): End {
  const known = {
    host: cluster.host,
    subset: cluster.subset ?? null,
    port: cluster.port,
    cluster: cluster.name,
    share,
    replicas: cluster.replicas ?? null,
    workloads: [...cluster.workloads, ...cluster.named.map(({ workload }) => workload)].map(workloadName),
  };
  const part = share === 1 ? '' : ` (${percent(share)})`;
  const by: Step['by'] = cluster.target && { manifest: cluster.target.manifest, at: cluster.meshPort?.at ?? [] };
  if (cluster.problem) {
    steps.add('cluster', `${cluster.name}${part}: 503 ${cluster.problem.flag}`, cluster.problem.what, by);
    const destination: ExplainedDestination = {
      ...known,
      outcome: 'unroutable',
      status: ownAnswer(sender),
      mtls: { client: 'plain', server: null },
      authorization: { decision: 'allow', policy: null },
      problem: cluster.problem.what,
      answers: [],
    };
    return { destination, request };
  }
  steps.add('cluster', `${cluster.name}${part}`, behind(cluster, known.workloads), by);
  if (cluster.workloads.length > 0 && cluster.endpoints.length > 0)
    steps.assume(`the part that goes to endpoints of ${cluster.host} that are no pods is let in there`);
  policySteps(steps, cluster);
  if (prefersSome(cluster))
    steps.assume(
      `any of ${cluster.host} may answer: its localityLbSetting prefers some by their place or labels, and which these are is not followed`,
    );
  const all = arrivals(graph, cluster, sender, request);
  return { destination: { ...known, ...joined(steps, all) }, request: handedOn(steps, all) };
}

/** The request as the first workload that takes it hands it to its application. */
function handedOn(steps: Steps, all: readonly [Arrival, ...Arrival[]]): ComparedRequest {
  const taking = all.filter(({ outcome }) => outcome === 'routed');
  const [first = all[0], ...others] = taking;
  const { workload, request } = first;
  const differing = others.filter(({ request: { headers, query } }) => !isSame({ headers, query }, request));
  if (workload !== undefined && differing.length > 0)
    steps.assume(
      `${workloadName(workload)} answers: the RequestAuthentications of ${differing.map((other) => other.workload?.name).join(', ')} hand on other headers`,
    );
  return request;
}

const isSame = (one: Pick<ComparedRequest, 'headers' | 'query'>, other: ComparedRequest): boolean =>
  JSON.stringify([Object.entries(one.headers).sort(), one.query]) ===
  JSON.stringify([Object.entries(other.headers).sort(), other.query]);

/** Whether a load balancer leaves some endpoints out while others are healthy. Source: Istio's loadbalancer.ApplyLocalityLoadBalancer */
function prefersSome({ policy }: Cluster): boolean {
  const {
    enabled,
    distribute = [],
    failover = [],
    failoverPriority = [],
  } = policy?.loadBalancer?.value.localityLbSetting ?? {};
  const fallsBack = policy?.outlierDetection !== undefined && failover.length + failoverPriority.length > 0;
  return enabled !== false && (distribute.length > 0 || fallsBack);
}

/** What is behind a cluster, in words. */
function behind({ replicas, endpoints }: Cluster, workloads: readonly string[]): string {
  const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
  const written = endpoints.length === 0 ? [] : [`${counted(endpoints.length, 'endpoint')} written down`];
  const pods = replicas === undefined ? 'an unknown number of pods' : counted(replicas - endpoints.length, 'pod');
  if (workloads.length > 0) return [`${pods}: ${workloads.join(', ')}`, ...written].join('; ');
  return written[0] ?? `${pods}: not among the files`;
}

/** Each block of the policy that acts, and where it comes from. */
function policySteps(steps: Steps, { policy, rule, host }: Cluster): void {
  if (rule === undefined)
    return steps.add('policy', 'no traffic policy', `no DestinationRule of ${host} is for this client`);
  for (const [block, found] of Object.entries(policy ?? {})) {
    // What is said of tls is a step of its own.
    if (found === undefined || block === 'tls') continue;
    const { manifest } = found.rule;
    const reach = found.at.includes('portLevelSettings')
      ? 'this port'
      : found.at.includes('subsets')
        ? 'this subset'
        : 'the host';
    steps.add('policy', `${block} ${JSON.stringify(found.value)}`, `${objectName(manifest)} for ${reach}`, {
      manifest,
      at: found.at,
    });
  }
}

/** What the workloads of a cluster do together. */
export type Joined = Pick<
  ExplainedDestination,
  'outcome' | 'status' | 'mtls' | 'authorization' | 'problem' | 'answers'
>;

/** Joins what the workloads behind a cluster do; where they differ, each is named. */
export function joined(steps: Steps, all: readonly [Arrival, ...Arrival[]]): Joined {
  const [first] = all;
  const verdict = ({ outcome, status, problem }: Arrival): string => `${outcome} ${status} ${problem}`;
  for (const { assumptions } of all) for (const what of assumptions) steps.assume(what);
  if (all.every((one) => verdict(one) === verdict(first))) {
    // Versions that are treated alike are told once.
    steps.all.push(...first.steps);
    return { ...result(first), answers: [] };
  }
  const told = new Set<string>();
  for (const { workload, steps: own } of all) {
    const key = own.map(({ decision, why }) => `${decision} ${why}`).join('; ');
    if (!told.has(key))
      steps.all.push(...own.map((step) => ({ ...step, decision: `${workload?.name ?? ''}: ${step.decision}` })));
    told.add(key);
  }
  return {
    ...result(all.find(({ outcome }) => outcome === 'routed') ?? first),
    outcome: 'routed',
    status: null,
    problem: null,
    answers: all.map(({ workload, outcome, status, problem }) => ({
      workload: workload ? workloadName(workload) : '',
      outcome,
      status,
      problem,
    })),
  };
}

const result = ({ outcome, status, mtls, authorization, problem }: Arrival): Omit<Joined, 'answers'> => ({
  outcome,
  status,
  mtls,
  authorization,
  problem,
});
