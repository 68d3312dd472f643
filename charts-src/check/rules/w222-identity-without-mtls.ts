import { actionOf } from '../../graph/policies.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import type { Workload } from '../../graph/workload.ts';
import { servicePortsOf } from '../../graph/workload-ports.ts';
import { isIdentityAttribute, rulesOf, workloadsOfPolicy, type Condition } from '../authorization-conditions.ts';
import type { Hit, Rule } from '../rule.ts';

/** A policy asks who calls where callers may come without a certificate: what it refuses gets in without one. */
export const identityWithoutMtls = {
  code: 'W222',
  name: 'identity-without-mtls',
  severity: 'error',
  summary: 'An AuthorizationPolicy judges callers by an identity that plain text does not have.',
  also: ['KIA0105'],
  reads: ['AuthorizationPolicy', 'PeerAuthentication', 'Gateway'],
  *check(graph) {
    for (const policy of graph.of('AuthorizationPolicy')) {
      const conditions = rulesOf(policy).flatMap(({ all }) =>
        all.filter(({ attribute }) => isIdentityAttribute(attribute)),
      );
      if (conditions.length === 0) continue;
      const all = workloadsOfPolicy(graph, policy);
      const workloads = all.filter(({ sidecar, isGateway }) => sidecar !== 'no' && !isGateway);
      const found =
        workloads.length > 0
          ? judge(graph, policy, conditions, workloads)
          : judgeGateways(
              graph,
              policy,
              conditions,
              all.filter(({ isGateway }) => isGateway),
            );
      if (found !== undefined) yield { manifest: policy.manifest, ...found };
    }
  },
} satisfies Rule;

type Found = Pick<Hit, 'message' | 'fix' | 'severity'> & { readonly at: readonly (string | number)[] };

function judge(
  graph: MeshGraph,
  policy: Resource<'AuthorizationPolicy'>,
  conditions: readonly Condition[],
  workloads: readonly Workload[],
): Found | undefined {
  const open = workloads.find((workload) => modesOf(graph, workload).some((mode) => mode !== 'STRICT'));
  const [first] = conditions;
  if (open === undefined || first === undefined) return undefined;
  const denies = actionOf(policy) === 'DENY';
  const isNever = workloads.every((workload) => modesOf(graph, workload).every((mode) => mode === 'DISABLE'));
  const at = first.values.length > 0 ? first.at : first.notAt;
  const fix = `set mtls.mode STRICT in a PeerAuthentication for ${open.namespace}`;
  if (isNever)
    return {
      at,
      message: `${open.kind} ${open.name} takes plain text only (PeerAuthentication DISABLE), where no caller has an identity: ${outcome(denies, first)} by it`,
      fix,
    };
  // An ALLOW policy that names callers keeps plain text out: that it is taken at all is W201's and W202's.
  const bypass = conditions.find(({ values, notValues }) =>
    denies ? values.length > 0 : values.length === 0 && notValues.length > 0,
  );
  if (bypass === undefined) return undefined;
  return {
    at: denies ? bypass.at : bypass.notAt,
    severity: 'warning',
    message: `${open.kind} ${open.name} takes plain text too (PERMISSIVE), where no caller has an identity: whoever is to be kept out gets in by calling without mutual TLS`,
    fix: `${fix}, or allow the callers that are meant instead`,
  };
}

/** What comes of a condition on an identity where there is none. */
const outcome = (denies: boolean, { values }: Condition): string =>
  values.length > 0
    ? denies
      ? 'nobody is refused'
      : 'nobody is let in'
    : `everybody is ${denies ? 'refused' : 'let in'}`;

/** Modes of a server in which clients may show a certificate of the mesh. */
const WITH_CERTIFICATE: ReadonlySet<string> = new Set([
  'MUTUAL',
  'OPTIONAL_MUTUAL',
  'ISTIO_MUTUAL',
  'PASSTHROUGH',
  'AUTO_PASSTHROUGH',
]);

/** Who comes from outside has no account of the mesh, unless a server of the gateway asks for a certificate. */
function judgeGateways(
  graph: MeshGraph,
  policy: Resource<'AuthorizationPolicy'>,
  [first]: readonly Condition[],
  workloads: readonly Workload[],
): Found | undefined {
  const servers = graph.gateways
    .filter((node) => node.workloads.some((workload) => workloads.includes(workload)))
    .flatMap((node) => node.servers);
  const [gateway] = workloads;
  if (first === undefined || gateway === undefined || servers.length === 0) return undefined;
  if (servers.some(({ server }) => WITH_CERTIFICATE.has(server.tls?.mode ?? ''))) return undefined;
  const ports = [...new Set(servers.map(({ server }) => String(server.port?.number ?? '?')))];
  return {
    at: first.values.length > 0 ? first.at : first.notAt,
    message: `${gateway.kind} ${gateway.name} is a gateway, and none of its servers (port ${ports.join(', ')}) asks clients for a certificate, without which nobody has an identity: ${outcome(actionOf(policy) === 'DENY', first)} by it`,
    fix: 'judge by remoteIpBlocks, hosts, paths or a token (requestPrincipals) at the gateway, and by principals at the services behind it',
  };
}

/** What the ports that Services lead to ask for; without any, the mode of the pods as a whole. */
const modesOf = (graph: MeshGraph, workload: Workload): readonly string[] => {
  const ports = servicePortsOf(graph, workload).map(({ containerPort }) => containerPort);
  return (ports.length > 0 ? ports : [undefined]).map((port) => graph.peerAuthentications.modeOf(workload, port).mode);
};
