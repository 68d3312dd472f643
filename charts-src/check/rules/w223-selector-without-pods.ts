import { actionOf, targetsOf } from '../../graph/policies.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { selects, type Labels } from '../../graph/labels.ts';
import type { Workload } from '../../graph/workload.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { own } from '../../model/own.ts';
import type { Path } from '../../model/schema.ts';
import { looksLikeGateway } from '../gateway-policies.ts';
import type { Rule, Severity } from '../rule.ts';
import { slipOf as slipOfPen } from '../slip.ts';

/** A policy whose selector finds no pod protects nothing. */
export const selectorWithoutPods = {
  code: 'W223',
  name: 'selector-without-pods',
  severity: 'warning',
  summary: 'A policy about callers selects no pod.',
  also: ['KIA0004'],
  reads: ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication', 'Gateway'],
  *check(graph) {
    if (graph.workloads.length === 0) return;
    for (const { manifest, selector, at, also, isGuard } of selectorsOf(graph)) {
      const isMeshWide = manifest.namespace === graph.settings.rootNamespace;
      const pods = graph.workloadsBy(isMeshWide ? undefined : manifest.namespace);
      if (pods.select(selector).length > 0 || isByGatewayApi(graph, manifest, selector)) continue;
      const here = graph.workloads.filter(({ namespace }) => isMeshWide || namespace === manifest.namespace);
      const slip = slipOf(selector, here);
      const isElsewhere = looksLikeGateway(selector) && !graph.workloads.some(({ isGateway }) => isGateway);
      if (isElsewhere) continue;
      const severity: Severity =
        here.length === 0 || (isMeshWide && slip === undefined)
          ? 'info'
          : slip !== undefined && isGuard
            ? 'error'
            : 'warning';
      yield {
        manifest,
        at: slip === undefined ? at : [...at, slip.key],
        severity,
        also,
        message: message(manifest, selector, here, isMeshWide, slip),
        fix:
          slip === undefined
            ? `select by labels of the pod template${Object.keys(selector).length === 0 ? '' : `; those here: ${labelsSeen(here)}`}`
            : `did you mean ${slip.key}: ${slip.meant}`,
      };
    }
  },
} satisfies Rule;

function message(
  { kind, namespace }: Manifest,
  selector: Labels,
  here: readonly Workload[],
  isMeshWide: boolean,
  slip: Slip | undefined,
): string {
  const text = Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const where = isMeshWide ? 'in the mesh' : `in namespace ${namespace}`;
  const found =
    text === ''
      ? `there is no workload ${where}`
      : `no pod ${where} has ${slip === undefined ? text : `${slip.key}=${slip.value}`}`;
  const effect =
    kind === 'AuthorizationPolicy'
      ? 'the policy judges no request, and the pods it means are as open as without it'
      : 'the pods it means are not protected by it';
  return `${found}${here.length === 0 ? ' among these files' : ''}: ${effect}`;
}

interface Selector {
  readonly manifest: Manifest;
  readonly selector: Labels;
  readonly at: Path;
  readonly also: readonly string[];
  /** Whether something is let in when it misses its pods. */
  readonly isGuard: boolean;
}

function* selectorsOf(graph: MeshGraph): Generator<Selector> {
  for (const policy of graph.of('AuthorizationPolicy')) {
    if (targetsOf(policy).length > 0) continue;
    const selector = policy.spec.selector?.matchLabels ?? {};
    // Without a selector it is for the namespace, and matters as soon as there are pods.
    if (Object.keys(selector).length === 0 && policy.namespace === graph.settings.rootNamespace) continue;
    yield {
      manifest: policy.manifest,
      selector,
      at: selectorPath(selector),
      also: ['IST0127', 'KIA0004'],
      isGuard: actionOf(policy) !== 'AUDIT',
    };
  }
  for (const { manifest, spec, namespace } of graph.of('PeerAuthentication'))
    // In the root namespace it is ignored altogether, which W205 says.
    if (namespace !== graph.settings.rootNamespace)
      yield* byLabels(manifest, spec.selector?.matchLabels, spec.mtls?.mode === 'STRICT');
  for (const policy of graph.of('RequestAuthentication'))
    if (targetsOf(policy).length === 0) yield* byLabels(policy.manifest, policy.spec.selector?.matchLabels, false);
}

function* byLabels(manifest: Manifest, selector: Labels | undefined, isGuard: boolean): Generator<Selector> {
  if (selector !== undefined && Object.keys(selector).length > 0)
    yield { manifest, selector, at: selectorPath(selector), also: ['KIA0004'], isGuard };
}

const selectorPath = (selector: Labels): Path =>
  Object.keys(selector).length === 0 ? ['metadata', 'name'] : ['spec', 'selector', 'matchLabels'];

/** Whether the selector means a gateway of the Gateway API: its pods are made by istiod, and are in no file. */
const isByGatewayApi = (graph: MeshGraph, { namespace }: Manifest, selector: Labels): boolean => {
  const name = selector['gateway.networking.k8s.io/gateway-name'];
  return (
    name !== undefined &&
    graph
      .objects('Gateway', 'gateway.networking.k8s.io')
      .some((gateway) => gateway.name === name && gateway.namespace === namespace)
  );
};

interface Slip {
  readonly key: string;
  readonly value: string;
  readonly meant: string;
}

/** The one label by which a selector misses pods that it nearly finds, where it looks like a slip of the pen. */
function slipOf(selector: Labels, workloads: readonly Workload[]): Slip | undefined {
  for (const [key, value] of Object.entries(selector)) {
    const others = Object.fromEntries(Object.entries(selector).filter(([other]) => other !== key));
    const values = new Set(
      workloads.filter(({ labels }) => selects(others, labels)).flatMap(({ labels }) => own(labels, key) ?? []),
    );
    const meant = slipOfPen(value, values);
    if (meant !== undefined) return { key, value, meant };
  }
  return undefined;
}

const MAX_LABELS = 4;
function labelsSeen(workloads: readonly Workload[]): string {
  const seen = [
    ...new Set(
      workloads.flatMap(({ labels }) =>
        labels['app'] === undefined
          ? Object.entries(labels)
              .slice(0, 1)
              .map(([k, v]) => `${k}=${v}`)
          : [`app=${labels['app']}`],
      ),
    ),
  ];
  return seen.length === 0 ? 'none' : seen.slice(0, MAX_LABELS).join(', ') + (seen.length > MAX_LABELS ? ', …' : '');
}
