import type { LabelSelector, PolicyTargetReference, WorkloadSelector } from '../../imports/istio.ts';
import { show, type Path } from '../../model/schema.ts';
import { refused, warned, type Objections } from './objection.ts';

interface Targeted {
  readonly selector?: LabelSelector;
  readonly targetRef?: PolicyTargetReference;
  readonly targetRefs?: readonly PolicyTargetReference[];
}

/** Which workloads a policy is for. */
export function* policyTargets({ selector, targetRef, targetRefs = [] }: Targeted): Objections {
  if (selector !== undefined) yield* labelSelector(['spec', 'selector'], selector);
  if (targetRef !== undefined) yield* reference(['spec', 'targetRef'], targetRef);
  for (const [index, each] of targetRefs.entries()) yield* reference(['spec', 'targetRefs', index], each);
}

/** A selector by `matchLabels`. */
function* labelSelector(at: Path, { matchLabels = {} }: LabelSelector): Objections {
  if (Object.keys(matchLabels).length === 0) yield emptySelector(at, 'matchLabels');
}

/** A selector by `labels`, as Sidecar, ServiceEntry and EnvoyFilter have it. */
function* workloadSelector(at: Path, { labels = {} }: WorkloadSelector): Objections {
  if (Object.keys(labels).length === 0) yield emptySelector(at, 'labels');
  for (const key of Object.keys(labels))
    if (key === '' || key.includes('*'))
      yield refused(
        [...at, 'labels', key],
        `${show(key)} is no key of a label`,
        'write the whole key: there are no wildcards',
      );
}

const emptySelector = (at: Path, field: string) =>
  warned(
    at,
    `the selector has no ${field}`,
    'it selects every workload of the namespace, as no selector would',
    `add ${field}, or leave out the selector`,
  );

const TARGETS = [
  ['', 'Service'],
  ['core', 'Service'],
  ['networking.istio.io', 'ServiceEntry'],
  ['gateway.networking.k8s.io', 'Gateway'],
  ['gateway.networking.k8s.io', 'GatewayClass'],
] as const;

function* reference(at: Path, { group = '', kind }: PolicyTargetReference): Objections {
  if (TARGETS.some(([knownGroup, knownKind]) => knownGroup === group && knownKind === kind)) return;
  const meant = TARGETS.find(([, known]) => known === kind);
  yield refused(
    at,
    `${group === '' ? '' : `${group}/`}${kind} is nothing that a policy can be attached to`,
    meant === undefined
      ? 'name a Service, ServiceEntry, Gateway or GatewayClass, or use a selector'
      : meant[0] === ''
        ? 'leave out "group"'
        : `write group: ${meant[0]}`,
  );
}

/** Which workloads a Sidecar, ServiceEntry or EnvoyFilter is for. */
export function* workloadTargets(spec: { readonly workloadSelector?: WorkloadSelector }): Objections {
  if (spec.workloadSelector !== undefined) yield* workloadSelector(['spec', 'workloadSelector'], spec.workloadSelector);
}

/** Which workloads follow a DestinationRule. */
export function* destinationRuleSelector(spec: { readonly workloadSelector?: LabelSelector }): Objections {
  if (spec.workloadSelector !== undefined) yield* labelSelector(['spec', 'workloadSelector'], spec.workloadSelector);
}
