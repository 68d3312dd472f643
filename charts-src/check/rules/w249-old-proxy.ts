import { injectorsOf } from '../injector-settings.ts';
import { listNames } from '../mesh-presence.ts';
import type { Rule } from '../rule.ts';

/** Pods that run with another proxy than the injector would give them now: they are from before an upgrade. */
export const oldProxy = {
  code: 'W249',
  name: 'old-proxy',
  severity: 'warning',
  summary: 'Pods run with another proxy than the injector would give them now.',
  also: ['IST0158'],
  reads: ['Pod', 'Namespace', 'ConfigMap'],
  *check(graph) {
    const images = new Map(injectorsOf(graph).map(({ revision, proxyImage }) => [revision, proxyImage]));
    if (images.size === 0) return;
    for (const { name, manifest, labels } of graph.namespaces.values()) {
      if (manifest === undefined || (labels['istio-injection'] !== 'enabled' && labels['istio.io/rev'] === undefined))
        continue;
      const wanted = images.get(labels['istio.io/rev'] ?? 'default');
      if (wanted === undefined) continue;
      const old = graph
        .workloadsBy(name)
        .select({})
        .filter(({ kind, annotations }) => kind === 'Pod' && (annotations['sidecar.istio.io/proxyImage'] ?? '') === '')
        .flatMap(({ pod, name: podName }) =>
          [...(pod.containers ?? []), ...(pod.initContainers ?? [])].flatMap((container) =>
            container.name === 'istio-proxy' && !isSame(container.image ?? '', wanted)
              ? [{ podName, image: container.image ?? '' }]
              : [],
          ),
        );
      const [first] = old;
      if (first === undefined) continue;
      yield {
        manifest,
        at: ['metadata', 'name'],
        message: `${listNames(old.map(({ podName }) => podName))} in ${name} run with ${first.image}, and the injector would give them ${wanted} now: fixes of the newer proxy are not there, and the versions may be too far apart`,
        fix: `make the pods anew: kubectl rollout restart deployment -n ${name}`,
      };
    }
  },
} satisfies Rule;

/** Variants of one version are the same proxy in another base image. Source: ProxyConfig.image.imageType */
const isSame = (image: string, wanted: string): boolean =>
  [wanted, `${wanted}-distroless`, `${wanted}-debug`].includes(image);
