import type { LabelSelectorSpec } from '../graph/shapes.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { conform } from '../model/conform.ts';
import type { Path, Schema } from '../model/schema.ts';

const labelSelector = {
  type: 'object',
  fields: {
    matchLabels: { type: 'map', values: 'string' },
    matchExpressions: {
      type: 'list',
      items: {
        type: 'object',
        fields: { key: 'string', operator: 'string', values: { type: 'list', items: 'string' } },
      },
    },
  },
} as const;

const webhooksShape = {
  type: 'list',
  items: {
    type: 'object',
    fields: {
      name: 'string',
      namespaceSelector: labelSelector,
      objectSelector: labelSelector,
      clientConfig: {
        type: 'object',
        fields: {
          url: 'string',
          service: { type: 'object', fields: { name: 'string', namespace: 'string' } },
        },
      },
    },
  },
} as const satisfies Schema;

/** A webhook of the API server as far as it is read. */
export interface Webhook {
  readonly configuration: Manifest;
  readonly at: Path;
  readonly name: string;
  readonly namespaceSelector: LabelSelectorSpec;
  readonly objectSelector: LabelSelectorSpec;
  readonly url: string | undefined;
  readonly service: { readonly name?: string; readonly namespace?: string } | undefined;
}

/** All webhooks of one kind of configuration. */
export const webhooksOf = (
  graph: Pick<MeshGraph, 'objects'>,
  kind: 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration',
): readonly Webhook[] =>
  graph.objects(kind, 'admissionregistration.k8s.io').flatMap((configuration) =>
    ((conform(webhooksShape, configuration.object['webhooks']) ?? []) as readonly WebhookSpec[]) // `conform` leaves these types
      .map((spec, index) => ({
        configuration,
        at: ['webhooks', index],
        name: spec.name ?? '',
        // One that is left out selects everything, and so does one without labels.
        namespaceSelector: spec.namespaceSelector ?? {},
        objectSelector: spec.objectSelector ?? {},
        url: spec.clientConfig?.url,
        service: spec.clientConfig?.service,
      })),
  );

interface WebhookSpec {
  readonly name?: string;
  readonly namespaceSelector?: LabelSelectorSpec;
  readonly objectSelector?: LabelSelectorSpec;
  readonly clientConfig?: {
    readonly url?: string;
    readonly service?: { readonly name?: string; readonly namespace?: string };
  };
}
