import { GATEWAY_API, gatewayApiOf } from '../../graph/gateway-api.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { IstioKind, PolicyTargetReference } from '../../imports/istio.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { closest } from '../../model/closest.ts';
import type { Path } from '../../model/schema.ts';
import type { Hit, Rule } from '../rule.ts';
import { serviceIndex } from '../service-index.ts';

/** A policy is attached to a Gateway or Service that is not there: it acts on nothing. */
export const policyTargetUnknown = {
  code: 'W237',
  name: 'policy-target-unknown',
  severity: 'error',
  summary: 'A policy targets a Gateway or Service that is not there.',
  reads: [
    'AuthorizationPolicy',
    'RequestAuthentication',
    'Telemetry',
    'WasmPlugin',
    'EnvoyFilter',
    'Gateway',
    'Service',
    'ServiceEntry',
  ],
  *check(graph) {
    for (const { manifest, target, at } of policyTargets(graph)) {
      const found = judge(graph, manifest.namespace, target);
      if (found !== undefined) yield { manifest, at: [...at, 'name'], ...found };
    }
  },
} satisfies Rule;

const KINDS = [
  'AuthorizationPolicy',
  'RequestAuthentication',
  'Telemetry',
  'WasmPlugin',
  'EnvoyFilter',
] as const satisfies readonly IstioKind[];

function* policyTargets(graph: MeshGraph): Iterable<{
  readonly manifest: Manifest;
  readonly target: PolicyTargetReference;
  readonly at: Path;
}> {
  for (const kind of KINDS)
    for (const { manifest, spec } of graph.of(kind)) {
      const { targetRef, targetRefs = [] } = spec as {
        readonly targetRef?: PolicyTargetReference; // an EnvoyFilter has the list only
        readonly targetRefs?: readonly PolicyTargetReference[];
      };
      if (targetRef !== undefined) yield { manifest, target: targetRef, at: ['spec', 'targetRef'] };
      for (const [index, target] of targetRefs.entries()) yield { manifest, target, at: ['spec', 'targetRefs', index] };
    }
}

/** Targets are of the namespace of the policy. Source: Istio's webhook */
function judge(
  graph: MeshGraph,
  namespace: string,
  { group = '', kind, name }: PolicyTargetReference,
): Pick<Hit, 'message' | 'fix' | 'severity'> | undefined {
  const all = targetsOfKind(graph, kind, group);
  if (all === undefined || all.isThere(namespace, name)) return undefined;
  const here = all.namesIn(namespace);
  const elsewhere = all.elsewhere(name);
  const meant = all.nearest(namespace, name);
  const isSure = elsewhere !== undefined || meant !== undefined;
  // What istiod or another team makes is in other files.
  if (!isSure && here.length === 0) return undefined;
  return {
    ...(!isSure && { severity: 'warning' as const }),
    message: `there is no ${kind} "${name}" in namespace "${namespace}"${isSure ? '' : ' among the files'}: the policy acts on nothing`,
    fix:
      elsewhere !== undefined && meant === undefined
        ? `move the policy to namespace "${elsewhere}": it reaches its own only`
        : meant === undefined
          ? `name a ${kind} of "${namespace}": ${here.slice(0, MAX_NAMED).join(', ')}`
          : `did you mean ${meant}`,
  };
}

const MAX_NAMED = 5;

interface Targets {
  isThere(namespace: string, name: string): boolean;
  namesIn(namespace: string): readonly string[];
  /** The namespace that has one of this name. */
  elsewhere(name: string): string | undefined;
  nearest(namespace: string, name: string): string | undefined;
}

function targetsOfKind(graph: MeshGraph, kind: string, group: string): Targets | undefined {
  if (kind === 'Gateway' && group === GATEWAY_API) {
    const { gateways, gateway } = gatewayApiOf(graph);
    const namesIn = (namespace: string): readonly string[] =>
      gateways.filter((each) => each.namespace === namespace).map((each) => each.name);
    return {
      isThere: (namespace, name) => gateway(namespace, name) !== undefined,
      namesIn,
      elsewhere: (name) => gateways.find((each) => each.name === name)?.namespace,
      nearest: (namespace, name) => closest(name, namesIn(namespace)),
    };
  }
  if (kind !== 'Service' || (group !== '' && group !== 'core')) return undefined;
  const { named, elsewhere, ...names } = serviceIndex(graph);
  return {
    ...names,
    isThere: (namespace, name) => named(namespace, name) !== undefined,
    elsewhere: (name) => elsewhere(name)?.namespace,
  };
}
