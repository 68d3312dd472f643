import { targetsOf } from '../graph/policies.ts';
import type { Resource } from '../graph/resource.ts';
import type { Workload } from '../graph/workload.ts';

/** Whether a policy is about gateways: by what it targets, the pods it finds, or, without them, its labels. */
export function isForGateway(
  policy: Resource<'AuthorizationPolicy'> | Resource<'RequestAuthentication'>,
  workloads: readonly Workload[],
): boolean {
  if (targetsOf(policy).some(({ kind }) => kind === 'Gateway')) return true;
  if (workloads.length > 0) return workloads.every(({ isGateway }) => isGateway);
  return looksLikeGateway(policy.spec.selector?.matchLabels ?? {});
}

/** Whether labels are such as gateways have: `istio: ingressgateway`, `app: public-gateway`, those of the Gateway API. */
export const looksLikeGateway = (labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(labels).some(
    ([key, value]) =>
      key === 'gateway.networking.k8s.io/gateway-name' ||
      (['istio', 'app', 'app.kubernetes.io/name', 'operator.istio.io/component'].includes(key) &&
        /gateway/i.test(value)),
  );
