import type { Manifest } from '../manifest/manifest.ts';
import type { Labels } from './labels.ts';

/** A namespace that is declared, or that objects are in. */
export interface Namespace {
  readonly name: string;
  /** The Namespace object, where it is among the files. */
  readonly manifest: Manifest | undefined;
  /** Labels of the Namespace object; empty when it is not among the files. */
  readonly labels: Labels;
  /** Whether pods get a sidecar there, as far as the namespace says. */
  readonly injection: Injection;
  /** Whether the files say which Services are there: only then is a missing one missing. */
  readonly isDescribed: boolean;
}

/** `unknown`: the namespace is not among the files. `ambient`: ztunnel carries the traffic, there are no sidecars. */
export type Injection = 'enabled' | 'disabled' | 'unset' | 'ambient' | 'unknown';

/**
 * What the labels of a namespace say about injection.
 * Source: Istio's injection webhook, `namespaceSelector` of its rules
 */
export function injectionOf(manifest: Manifest | undefined): Injection {
  if (manifest === undefined) return 'unknown';
  const { labels } = manifest;
  // With `disabled` no webhook looks at the namespace, whatever a revision says.
  if (labels['istio-injection'] === 'disabled') return 'disabled';
  if (labels['istio-injection'] === 'enabled' || (labels['istio.io/rev'] ?? '') !== '') return 'enabled';
  if (labels['istio.io/dataplane-mode'] === 'ambient') return 'ambient';
  return 'unset';
}
