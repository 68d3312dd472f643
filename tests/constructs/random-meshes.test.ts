import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { MeshApp } from '../../charts-src/app/mesh-app.ts';
import type {
  AuthorizationPolicySpec,
  DestinationRuleSpec,
  IstioKind,
  SidecarSpec,
  VirtualServiceSpec,
} from '../../charts-src/imports/istio.ts';
import { istioSchemas } from '../../charts-src/imports/istio-schemas.ts';
import type { KubernetesObject } from '../../charts-src/manifest/kubernetes-object.ts';
import { dnsLabelProblem } from '../../charts-src/model/names.ts';
import { apiServer, formatPath, validate } from '../../charts-src/model/schema.ts';
import { declaredPairs, GATEWAY, meshOf, meshPlans, serviceName, type MeshPlan } from './random-meshes.ts';
import { objectsOf } from './rendered.ts';

// Machines that run other things too take their time.
vi.setConfig({ testTimeout: 60_000 });

type Labels = Readonly<Record<string, string>>;
type Typed<T> = KubernetesObject & { readonly spec: T };

const ofKind = <T>(objects: readonly KubernetesObject[], kind: string): Typed<T>[] =>
  objects.filter((object) => object.kind === kind) as Typed<T>[]; // the caller names the spec of the kind

const matches = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([name, value]) => labels[name] === value);

interface Pods {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly kind: string;
}

/** The pods of all workloads. */
const podsOf = (objects: readonly KubernetesObject[]): Pods[] =>
  ['Deployment', 'StatefulSet', 'Job'].flatMap((kind) =>
    ofKind<{ readonly template: { readonly metadata: { readonly labels: Labels } } }>(objects, kind).map(
      ({ metadata, spec }) => ({
        name: metadata.name,
        namespace: metadata.namespace ?? '',
        labels: spec.template.metadata.labels,
        kind,
      }),
    ),
  );

/** Ends the search for the smallest mesh that fails; a run that succeeds takes a tenth of it. */
const TIME_LIMIT_MS = 15_000;

/** Runs a check on many random meshes. */
function forMeshes(check: (plan: MeshPlan, objects: readonly KubernetesObject[]) => void, numRuns = 40): void {
  fc.assert(
    fc.property(meshPlans, (plan) => {
      check(plan, objectsOf(meshOf(plan)));
    }),
    { numRuns, interruptAfterTimeLimit: TIME_LIMIT_MS },
  );
}

describe('any mesh', () => {
  test('is the same text twice', () => {
    fc.assert(
      fc.property(meshPlans, (plan) => {
        const text = () => [...(meshOf(plan).node.root as MeshApp).render()]; // meshOf makes no other
        expect(text()).toEqual(text());
      }),
      { numRuns: 20, interruptAfterTimeLimit: TIME_LIMIT_MS },
    );
  });

  test('divides requests as its weights say, at every route', () => {
    forMeshes((plan, objects) => {
      let routes = 0;
      for (const { spec } of ofKind<VirtualServiceSpec>(objects, 'VirtualService'))
        for (const { route = [] } of [...(spec.http ?? []), ...(spec.tcp ?? [])]) {
          routes++;
          const host = route[0]?.destination?.host ?? '';
          const index = plan.services.findIndex((_, at) => host.startsWith(`${serviceName(at)}.`));
          const service = plan.services[index];
          if (!service) throw new Error(`nobody knows ${host}`);
          const total = route.reduce((sum, { weight = 100 }) => sum + weight, 0);
          // In hundredths of a per cent, which are whole.
          const written = route.map(({ destination, weight = 100 }) => [
            destination?.subset,
            (weight * 10_000) / total,
          ]);
          expect(written).toEqual(service.shares.map((share, at) => [`v${at + 1}`, share]));
          expect([100, 10_000]).toContain(total);
        }
      expect(routes).toBeGreaterThanOrEqual(plan.services.length);
    });
  });

  test('lets exactly the declared pairs talk: in Sidecars, AuthorizationPolicies and NetworkPolicies of both ends', () => {
    forMeshes((plan, objects) => {
      const declared = declaredPairs(plan);
      const withoutGateway = new Set([...declared].filter((pair) => !pair.startsWith(GATEWAY.namespace)));
      expect(sidecarPairs(objects)).toEqual(withoutGateway);
      expect(authorizedPairs(objects)).toEqual(
        // The identity of a gateway is its ServiceAccount.
        new Set([...declared].map((pair) => pair.replace(GATEWAY.name, GATEWAY.serviceAccount))),
      );
      expect(ingressPairs(objects)).toEqual(declared);
      expect(egressPairs(objects)).toEqual(withoutGateway);
    });
  });

  test('opens just the ports of the callee', () => {
    forMeshes((plan, objects) => {
      const port = (pair: string) => {
        const [, index] = / > .*\/service-(\d+)$/.exec(pair) ?? [];
        return index === undefined ? 5432 : plan.services[Number(index)]?.targetPort;
      };
      for (const [pair, ports] of networkPairs(objects, 'ingress')) expect(ports).toEqual([port(pair)]);
      for (const [pair, ports] of networkPairs(objects, 'egress')) expect(ports).toEqual([port(pair)]);
      for (const { spec } of ofKind<AuthorizationPolicySpec>(objects, 'AuthorizationPolicy'))
        for (const { to = [] } of spec.rules ?? [])
          for (const { operation } of to) expect(operation?.ports).toHaveLength(1);
    });
  });

  test('has each pod in one Service, one PodDisruptionBudget, one workload, one Sidecar and one policy of each kind', () => {
    forMeshes((_plan, objects) => {
      const pods = podsOf(objects);
      expect(pods.length).toBeGreaterThan(0);
      for (const pod of pods) {
        const selecting = (kind: string, selectorOf: (spec: never) => Labels | undefined) =>
          ofKind<never>(objects, kind).filter(({ metadata, spec }) => {
            const selector = metadata.namespace === pod.namespace ? selectorOf(spec) : undefined;
            return selector !== undefined && Object.keys(selector).length > 0 && matches(selector, pod.labels);
          });
        const byMatchLabels = ({ selector }: { selector?: { matchLabels?: Labels } }) => selector?.matchLabels;
        const services = selecting('Service', ({ selector }: { selector: Labels }) => selector);
        expect(services.map(({ spec }) => (spec as { clusterIP?: string }).clusterIP === 'None')).toEqual(
          pod.kind === 'StatefulSet' ? [false, true] : [false],
        );
        expect(selecting('PodDisruptionBudget', byMatchLabels)).toHaveLength(1);
        expect([...selecting('Deployment', byMatchLabels), ...selecting('StatefulSet', byMatchLabels)]).toHaveLength(1);
        expect(selecting('AuthorizationPolicy', byMatchLabels)).toHaveLength(1);
        expect(selecting('Sidecar', ({ workloadSelector }: SidecarSpec) => workloadSelector?.labels)).toHaveLength(1);
        expect(
          selecting(
            'NetworkPolicy',
            ({ podSelector }: { podSelector: { matchLabels?: Labels } }) => podSelector.matchLabels,
          ),
        ).toHaveLength(1);
      }
    }, 30);
  });

  test('is what the API of Istio takes', () => {
    forMeshes((_plan, objects) => {
      const judged = objects.filter(({ kind }) => kind in istioSchemas);
      expect(judged.length).toBeGreaterThan(5);
      for (const { kind, metadata, ...object } of judged)
        expect(
          validate(istioSchemas[kind as IstioKind].spec, object['spec'], { reader: apiServer }).map(
            ({ path, what }) => `${kind} ${metadata.name} ${formatPath(path)}: ${what}`,
          ),
        ).toEqual([]);
    });
  });

  test('routes to subsets that the proxy of every caller knows', () => {
    forMeshes((plan, objects) => {
      const rules = ofKind<DestinationRuleSpec>(objects, 'DestinationRule');
      const virtualServices = ofKind<VirtualServiceSpec>(objects, 'VirtualService');
      let judged = 0;
      for (const pair of declaredPairs(plan)) {
        const [caller = '', callee = ''] = pair.split(' > ');
        if (callee.includes('database')) continue; // has no versions
        const [namespace = '', name = ''] = caller.split('/');
        const [calleeNamespace = '', calleeName = ''] = callee.split('/');
        const host = `${calleeName}.${calleeNamespace}.svc.cluster.local`;
        const labels: Labels = name === GATEWAY.name ? GATEWAY.podLabels : { app: name };
        const known = subsetsSeenBy({ namespace, labels }, { host, namespace: calleeNamespace }, rules);
        const routes = virtualServices
          .filter(({ spec }) => (spec.exportTo ?? ['*']).some((to) => to === '*' || to === namespace))
          .flatMap(({ spec }) => [...(spec.http ?? []), ...(spec.tcp ?? [])])
          .flatMap(({ route = [] }) => route)
          .filter(({ destination }) => destination?.host === host);
        expect(routes.length).toBeGreaterThan(0);
        for (const { destination } of routes) expect(known).toContain(destination?.subset);
        judged += routes.length;
      }
      expect(judged > 0 || declaredPairs(plan).size === plan.databases.length).toBe(true);
    });
  });

  test('has names that are DNS labels', () => {
    forMeshes((_plan, objects) => {
      for (const { metadata } of objects) {
        expect(dnsLabelProblem(metadata.name)).toBeUndefined();
        if (metadata.namespace !== undefined) expect(dnsLabelProblem(metadata.namespace)).toBeUndefined();
      }
    }, 20);
  });

  test('has each object in a namespace of its own mesh, and no two of one name', () => {
    forMeshes((plan, objects) => {
      const ids = objects.map(
        ({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.namespace ?? ''} ${metadata.name}`,
      );
      expect(new Set(ids).size).toBe(ids.length);
      const namespaces = new Set(ofKind(objects, 'Namespace').map(({ metadata }) => metadata.name));
      expect(namespaces.size).toBe(plan.namespaces);
      for (const { kind, metadata } of objects)
        if (kind !== 'Namespace') expect(namespaces).toContain(metadata.namespace);
    }, 20);
  });
});

/**
 * The subsets that a proxy knows of a host, by the rules of Istio 1.31 as they were measured: the rules of the caller's
 * own namespace if there is any, else those that the callee's namespace shows it. Where both a rule for single
 * workloads and a rule for all exist in one namespace, the latter is gone when it is exported to `.` alone.
 */
function subsetsSeenBy(
  caller: { readonly namespace: string; readonly labels: Labels },
  callee: { readonly host: string; readonly namespace: string },
  rules: readonly Typed<DestinationRuleSpec>[],
): readonly (string | undefined)[] {
  const ofHost = rules.filter(({ spec }) => spec.host === callee.host);
  const inNamespace = (namespace: string) => ofHost.filter(({ metadata }) => metadata.namespace === namespace);
  const own = inNamespace(caller.namespace);
  const selecting = own.find(
    ({ spec }) => spec.workloadSelector && matches(spec.workloadSelector.matchLabels ?? {}, caller.labels),
  );
  const forAll = (some: readonly Typed<DestinationRuleSpec>[], from: string) => {
    const hasSelector = some.some(({ spec }) => spec.workloadSelector);
    return some.find(({ spec }) => {
      const to = spec.exportTo ?? ['*'];
      if (spec.workloadSelector || (hasSelector && to.length === 1 && to[0] === '.')) return false;
      return to.some(
        (target) => target === '*' || target === caller.namespace || (target === '.' && from === caller.namespace),
      );
    });
  };
  const chosen =
    selecting ??
    (own.length > 0 ? forAll(own, caller.namespace) : forAll(inNamespace(callee.namespace), callee.namespace));
  return (chosen?.spec.subsets ?? []).map(({ name }) => name);
}

function sidecarPairs(objects: readonly KubernetesObject[]): Set<string> {
  return new Set(
    ofKind<SidecarSpec>(objects, 'Sidecar').flatMap(({ metadata, spec }) =>
      (spec.egress ?? [])
        .flatMap(({ hosts }) => hosts)
        .filter((host) => host !== '~/*' && !host.includes('-headless.'))
        .map((host) => {
          const [, namespace = '', name = ''] = /^([^/]+)\/([^.]+)\./.exec(host) ?? [];
          return `${metadata.namespace ?? ''}/${spec.workloadSelector?.labels?.['app'] ?? '(all)'} > ${namespace}/${name}`;
        }),
    ),
  );
}

function authorizedPairs(objects: readonly KubernetesObject[]): Set<string> {
  return new Set(
    ofKind<AuthorizationPolicySpec>(objects, 'AuthorizationPolicy').flatMap(({ metadata, spec }) =>
      (spec.rules ?? []).flatMap(({ from = [] }) =>
        from
          .flatMap(({ source }) => source?.principals ?? [])
          .map((principal) => {
            const [, namespace = '', account = ''] = /^cluster\.local\/ns\/([^/]+)\/sa\/(.+)$/.exec(principal) ?? [];
            return `${namespace}/${account} > ${metadata.namespace ?? ''}/${spec.selector?.matchLabels?.['app'] ?? '(all)'}`;
          }),
      ),
    ),
  );
}

interface Peer {
  readonly namespaceSelector?: { readonly matchLabels: Labels };
  readonly podSelector?: { readonly matchLabels: Labels };
}
interface NetworkRule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports: readonly { readonly port: number }[];
}

/** Pairs with their ports, without what every pod has: DNS, control plane, metrics. */
function networkPairs(objects: readonly KubernetesObject[], direction: 'ingress' | 'egress'): Map<string, number[]> {
  const pairs = new Map<string, number[]>();
  for (const { metadata, spec } of ofKind<Record<string, unknown>>(objects, 'NetworkPolicy')) {
    const { matchLabels } = spec['podSelector'] as { readonly matchLabels?: Labels }; // the one field of a podSelector here
    for (const rule of (spec[direction] ?? []) as readonly NetworkRule[])
      for (const { namespaceSelector, podSelector } of rule.from ?? rule.to ?? []) {
        const namespace = namespaceSelector?.matchLabels['kubernetes.io/metadata.name'] ?? '(any)';
        if (namespace === 'kube-system' || namespace === 'istio-system') continue;
        const labels = podSelector?.matchLabels ?? {};
        const name = labels['app'] ?? (matches(GATEWAY.podLabels, labels) ? GATEWAY.name : '(any)');
        const [other, self] = [
          `${namespace}/${name}`,
          `${metadata.namespace ?? ''}/${matchLabels?.['app'] ?? '(all)'}`,
        ];
        const pair = direction === 'ingress' ? `${other} > ${self}` : `${self} > ${other}`;
        pairs.set(pair, [...(pairs.get(pair) ?? []), ...rule.ports.map(({ port }) => port)]);
      }
  }
  return pairs;
}

const ingressPairs = (objects: readonly KubernetesObject[]) => new Set(networkPairs(objects, 'ingress').keys());
const egressPairs = (objects: readonly KubernetesObject[]) => new Set(networkPairs(objects, 'egress').keys());
