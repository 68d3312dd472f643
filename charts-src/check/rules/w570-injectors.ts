import { selectorMatches, type Labels } from '../../graph/labels.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { isCopy } from '../../manifest/is-copy.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { LabelSelectorSpec } from '../../graph/shapes.ts';
import type { Hit, Rule } from '../rule.ts';
import { webhooksOf, type Webhook } from '../webhooks.ts';

const REVISION = 'istio.io/rev';

/** Two injectors take the same pods, or an injector is nowhere. */
export const injectors = {
  code: 'W570',
  name: 'injectors',
  severity: 'warning',
  summary: 'Injection webhooks overlap, or ask a Service that is not there.',
  also: ['IST0139'],
  reads: ['MutatingWebhookConfiguration', 'Service'],
  *check(graph) {
    const all = injectorsOf(graph);
    yield* overlapping(all);
    yield* withoutService(all, graph);
  },
} satisfies Rule;

/** Webhooks of configurations that Istio made, or that select by a revision. */
function injectorsOf(graph: MeshGraph): readonly Webhook[] {
  const all = webhooksOf(graph, 'MutatingWebhookConfiguration');
  const ofIstio = new Set(
    all
      .filter((webhook) => webhook.name.endsWith('istio.io') || revisionsOf(webhook).length > 0)
      .map(({ configuration }) => configuration),
  );
  return all.filter(({ configuration }) => ofIstio.has(configuration));
}

function* overlapping(all: readonly Webhook[]): Iterable<Hit> {
  const revisions = [...new Set(all.flatMap(revisionsOf))];
  const others = new Map<Webhook, Set<Webhook>>();
  for (const namespace of combinations('istio-injection', ['enabled', 'disabled'], revisions))
    for (const pod of combinations('sidecar.istio.io/inject', ['true', 'false'], revisions)) {
      const taking = all.filter(
        ({ namespaceSelector, objectSelector }) =>
          selectorMatches(namespaceSelector, namespace) && selectorMatches(objectSelector, pod),
      );
      if (taking.length < 2) continue;
      for (const webhook of taking) {
        const known = others.get(webhook) ?? new Set();
        others.set(webhook, known);
        for (const other of taking)
          if (other !== webhook && !isCopy(webhook.configuration, other.configuration)) known.add(other);
      }
    }
  for (const [webhook, taking] of others)
    if (taking.size > 0)
      yield {
        manifest: webhook.configuration,
        at: webhook.at,
        message: `webhook "${webhook.name}" takes pods that ${[...taking].map(({ name, configuration }) => `"${name}" of ${configuration.name}`).join(', ')} ${taking.size === 1 ? 'takes' : 'take'} too: pods are injected twice, by what may be two versions of Istio`,
        fix: 'let the selectors of each exclude the other, as istioctl writes them for a revision',
      };
}

function* withoutService(all: readonly Webhook[], graph: MeshGraph): Iterable<Hit> {
  for (const { configuration, at, service } of all) {
    const { name = '', namespace = '' } = service ?? {};
    if (service === undefined || hasService(graph, name, namespace)) continue;
    // Istio itself is rarely among the files.
    if (graph.namespaces.get(namespace)?.isDescribed !== true) continue;
    yield {
      manifest: configuration,
      at: [...at, 'clientConfig', 'service', 'name'],
      severity: 'error',
      message: `Service ${namespace}/${name} is not among the files, while others of namespace "${namespace}" are: the API server cannot ask it, and no pod that this webhook takes can be created`,
      fix: 'name the Service of istiod, such as istiod or istiod-<revision> in istio-system',
    };
  }
}

const hasService = ({ hostsNamed, settings }: MeshGraph, name: string, namespace: string): boolean =>
  hostsNamed(`${name}.${namespace}.svc.${settings.clusterDomain}`).some(({ from }) => from.kind === 'Service');

/** Labels that the selectors of webhooks tell apart: none, on, off, each with every revision and without. */
function combinations(key: string, values: readonly string[], revisions: readonly string[]): readonly Labels[] {
  const base: readonly Labels[] = [{}, ...values.map((value) => ({ [key]: value }))];
  return [
    ...base,
    ...revisions.flatMap((revision) => base.map((labels): Labels => ({ ...labels, [REVISION]: revision }))),
  ];
}

function revisionsOf(webhook: Webhook): readonly string[] {
  return [
    ...ofLabels(webhook.configuration),
    ...ofSelector(webhook.namespaceSelector),
    ...ofSelector(webhook.objectSelector),
  ];
}

const ofLabels = ({ labels }: Manifest): readonly string[] =>
  labels[REVISION] === undefined ? [] : [labels[REVISION]];

const ofSelector = ({ matchLabels = {}, matchExpressions = [] }: LabelSelectorSpec): readonly string[] => [
  ...(matchLabels[REVISION] === undefined ? [] : [matchLabels[REVISION]]),
  ...matchExpressions.filter(({ key }) => key === REVISION).flatMap(({ values = [] }) => values),
];
