import type { Conformed } from '../model/conform.ts';
import type { Schema } from '../model/schema.ts';

const strings = { type: 'list', items: 'string' } as const;

/** The parts of a NetworkPolicy that tell which pods it is about. Source: networking.k8s.io/v1 */
export const networkPolicySpecShape = {
  type: 'object',
  fields: {
    podSelector: {
      type: 'object',
      fields: {
        matchLabels: { type: 'map', values: 'string' },
        matchExpressions: {
          type: 'list',
          items: { type: 'object', fields: { key: 'string', operator: 'string', values: strings } },
        },
      },
    },
    policyTypes: strings,
    ingress: { type: 'list', items: 'any' },
    egress: { type: 'list', items: 'any' },
  },
} as const satisfies Schema;

export type NetworkPolicySpec = Conformed<typeof networkPolicySpecShape>;
