import type { Labels } from '../../graph/labels.ts';
import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import { own } from '../../model/own.ts';
import { isOfIstio, isOwned } from '../long-running.ts';
import type { Rule, Severity } from '../rule.ts';

const INJECT = 'sidecar.istio.io/inject';
const REVISION = 'istio.io/rev';

/** Pods ask for a sidecar, or for one of a revision, and their namespace has a label that is stronger. */
export const injectionWishIgnored = {
  code: 'W239',
  name: 'injection-wish-ignored',
  severity: 'error',
  summary: 'Pods ask for a sidecar that a label of their namespace does not let them get.',
  reads: [...WORKLOAD_KINDS, 'Namespace'],
  *check(graph) {
    for (const { manifest, namespace, labels, at, isGateway } of graph.workloads) {
      const found = judge(labels, graph.namespaces.get(namespace)?.labels ?? {}, namespace);
      if (found === undefined || isGateway || isOwned(manifest) || isOfIstio(manifest)) continue;
      const { key, severity, message, fix } = found;
      yield { manifest, at: [...at, 'metadata', 'labels', key], severity, message, fix };
    }
  },
} satisfies Rule;

interface Found {
  readonly key: string;
  readonly severity: Severity;
  readonly message: string;
  readonly fix: string;
}

/** Source: Istio's mutatingwebhook.yaml, whose rules for pods ask for a namespace without either label */
function judge(labels: Labels, ofNamespace: Labels, namespace: string): Found | undefined {
  const wish = own(labels, INJECT);
  if (wish === 'false') return undefined;
  const revision = own(labels, REVISION) || undefined;
  const injection = own(ofNamespace, 'istio-injection');
  if (injection === 'disabled' && (wish === 'true' || revision !== undefined))
    return {
      key: wish === 'true' ? INJECT : REVISION,
      severity: 'error',
      message: `the pods ask for a sidecar, and namespace "${namespace}" has istio-injection: disabled, where no webhook looks at them: they get none`,
      fix: `remove the label from namespace "${namespace}": without one, pods are injected that ask for it`,
    };
  if (revision === undefined) return undefined;
  const stronger = injection === 'enabled' ? 'default' : own(ofNamespace, REVISION);
  if (stronger === undefined || stronger === '' || stronger === revision) return undefined;
  return {
    key: REVISION,
    severity: 'warning',
    message: `the pods ask for revision "${revision}", and namespace "${namespace}" has ${injection === 'enabled' ? 'istio-injection: enabled, which is the default revision' : `${REVISION}: ${stronger}`}: the label of the namespace decides, and they get a proxy of "${stronger}"`,
    fix: `take the label from namespace "${namespace}" and give each workload its own, or move these pods into a namespace of revision "${revision}"`,
  };
}
