import { callsOf, type StrayAddress } from '../../graph/calls.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { isHttp } from '../../graph/protocol.ts';
import { workloadName, WORKLOAD_KINDS } from '../../graph/workload.ts';
import { isIpAddress, serviceOfHost } from '../../model/host.ts';
import { fieldsOf, isGiven } from '../../manifest/raw.ts';
import { isOwned } from '../long-running.ts';
import type { Hit, Rule } from '../rule.ts';
import { unknownHost } from '../unknown-host.ts';

/** Pods are told to call an address that nobody has: a Service of another name or namespace, or a port that it lacks. */
export const calledAddressUnknown = {
  code: 'W157',
  name: 'called-address-unknown',
  severity: 'error',
  summary: 'Pods are configured to call a host or a port that is not there.',
  reads: ['Service', 'ServiceEntry', 'ConfigMap', 'Sidecar', ...WORKLOAD_KINDS],
  *check(graph) {
    const told = new Set<string>();
    for (const stray of callsOf(graph).strays) {
      const { workload, name, port, evidence } = stray;
      if (isOwned(workload.manifest)) continue;
      const found = stray.host === undefined ? noHost(graph, stray) : noPort(stray);
      const key = `${workloadName(workload)} ${name} ${port ?? ''}`;
      if (found === undefined || told.has(key)) continue;
      told.add(key);
      const { message, ...rest } = found;
      yield {
        manifest: evidence.manifest,
        at: evidence.at,
        ...rest,
        message: `${workloadName(workload)} is told to call "${name}${port === undefined ? '' : `:${port}`}" (${evidence.says}): ${message}`,
      };
    }
  },
} satisfies Rule;

type Found = Pick<Hit, 'message' | 'fix' | 'severity'>;

/** A Service has exactly its ports: on all others nobody answers, or the packets go nowhere. */
function noPort({ host, port, scheme }: StrayAddress): Found | undefined {
  if (host?.from.kind !== 'Service' || host.from.isHeadless || host.from.spec.type === 'ExternalName') return undefined;
  // A Service without ports or selector is filled in by somebody else.
  if (host.ports.length === 0 || port === undefined) return undefined;
  const ports = host.ports.map(({ number }) => number);
  const behind = host.ports.find(({ targetPort }) => targetPort === port) ?? portBehind(host, port);
  const isSecure = scheme === 'https' || scheme === 'wss';
  const plain = isSecure ? host.ports.find(({ protocol }) => isHttp(protocol)) : undefined;
  return {
    message: `Service "${host.manifest.name}" has no port ${port}${behind === undefined ? '' : ', which is that of its pods'} (its ports: ${ports.join(', ')}), so the connection fails`,
    fix:
      plain !== undefined
        ? `write ${scheme === 'wss' ? 'ws' : 'http'}://…${plain.number === 80 ? '' : `:${plain.number}`}: between sidecars the mesh encrypts by itself`
        : `call port ${(behind ?? host.ports[0])?.number ?? ''}`,
  };
}

const portBehind = ({ ports, workloads }: NonNullable<StrayAddress['host']>, port: number) =>
  ports.find(({ targetPort }) =>
    workloads.some(({ pod }) =>
      (pod.containers ?? []).some((container) =>
        (container.ports ?? []).some(({ name, containerPort }) => name === targetPort && containerPort === port),
      ),
    ),
  );

function noHost(graph: MeshGraph, { workload, name }: StrayAddress): Found | undefined {
  if (isIpAddress(name) || name === 'localhost' || name.endsWith('.localhost')) return undefined;
  const { clusterDomain } = graph.settings;
  const parts = name.split('.');
  // What has one dot only may be a name of the internet as well as `service.namespace`.
  const full =
    parts.length === 1
      ? `${name}.${workload.namespace}.svc.${clusterDomain}`
      : parts.length === 2 && graph.namespaces.has(parts[1] ?? '')
        ? `${name}.svc.${clusterDomain}`
        : parts.length === 3 && parts[2] === 'svc'
          ? `${name}.${clusterDomain}`
          : name;
  const isInside = serviceOfHost(full, clusterDomain) !== undefined;
  const unknown = unknownHost(graph, full, [workload.namespace]);
  switch (unknown?.reason) {
    case 'no such Service':
      // A bare word is often something else than a host, unless it is nearly one.
      if (parts.length === 1 && unknown.meant === undefined) return undefined;
      return {
        ...(unknown.meant === undefined ? { severity: 'warning' as const } : {}),
        message: `namespace "${unknown.namespace}" has no such Service, so the name is not found`,
        fix: unknown.meant === undefined ? `name a Service of "${unknown.namespace}"` : `did you mean ${unknown.meant}`,
      };
    case 'not described': {
      const meant =
        unknown.meant ?? (namesNamespace(workload) ? ownService(graph, full, workload.namespace) : undefined);
      return parts.length === 1 || meant === undefined
        ? undefined
        : {
            // It may well be there too, as a part of what is elsewhere.
            severity: unknown.meant === undefined ? 'info' : 'warning',
            message: `no Service of namespace "${unknown.namespace}" is among the files, and "${meant}" is: unless it is there too, the name is not found`,
            fix: `did you mean ${meant}`,
          };
    }
    case 'no ServiceEntry':
      return isInside || workload.sidecar !== 'yes' ? undefined : outside(graph, workload.namespace, workload.labels);
    default:
      return undefined;
  }
}

/** Whether a workload says its namespace: others are applied to whichever `-n` names. */
const namesNamespace = ({ manifest }: StrayAddress['workload']): boolean =>
  isGiven(fieldsOf(manifest.object['metadata'])['namespace']);

/** The Service of the same name beside the caller. */
function ownService(graph: MeshGraph, full: string, namespace: string): string | undefined {
  const { clusterDomain } = graph.settings;
  const own = `${serviceOfHost(full, clusterDomain)?.name ?? ''}.${namespace}.svc.${clusterDomain}`;
  return graph.hostsNamed(own).length > 0 ? own : undefined;
}

/** With REGISTRY_ONLY a name that no ServiceEntry adds leads nowhere. */
function outside(graph: MeshGraph, namespace: string, labels: Readonly<Record<string, string>>): Found | undefined {
  if (graph.sidecars.scopeOf({ namespace, labels }).outboundTrafficPolicy !== 'REGISTRY_ONLY') return undefined;
  return {
    message: 'no ServiceEntry adds this host, and with REGISTRY_ONLY the proxy answers 502 or closes the connection',
    fix: 'add a ServiceEntry for the host and its port',
  };
}
