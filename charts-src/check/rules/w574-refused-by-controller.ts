import type { Manifest } from '../../manifest/manifest.ts';
import { conform } from '../../model/conform.ts';
import { own } from '../../model/own.ts';
import type { Path, Schema } from '../../model/schema.ts';
import type { Rule } from '../rule.ts';

/** What a cluster printed says that a controller could not do what the object asks for. */
export const refusedByController = {
  code: 'W574',
  name: 'refused-by-controller',
  severity: 'warning',
  summary: 'The status of an object says that it is not in force.',
  also: ['IST0171'],
  reads: ['Service', 'ServiceEntry', 'WorkloadEntry', 'AuthorizationPolicy', 'Gateway', 'HTTPRoute', 'GRPCRoute'],
  *check({ manifests }) {
    for (const manifest of manifests)
      for (const { condition, at } of conditionsOf(manifest)) {
        const { type = '', status = '', reason = '', message = '' } = condition;
        const isPartly = type === 'WaypointAccepted' && reason === 'PartiallyInvalid';
        if (!isPartly && status !== 'False') continue;
        yield {
          manifest,
          at: [...at, isPartly ? 'reason' : 'status'],
          message: `condition ${type} is ${status} (${reason}): ${message.replace(/\.+$/, '') || 'the controller gives no reason'}`,
          fix: 'correct what the message names, then look at the status again',
        };
      }
  },
} satisfies Rule;

interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
}

interface Status {
  readonly conditions?: readonly Condition[];
  readonly parents?: readonly { readonly conditions?: readonly Condition[] }[];
}

const conditions = {
  type: 'list',
  items: { type: 'object', fields: { type: 'string', status: 'string', reason: 'string', message: 'string' } },
} as const;
const statusShape = {
  type: 'object',
  fields: { conditions, parents: { type: 'list', items: { type: 'object', fields: { conditions } } } },
} as const satisfies Schema;

const GATEWAY_API = 'gateway.networking.k8s.io';
const ROUTES = ['Accepted', 'Programmed', 'ResolvedRefs'];

/** Conditions of Istio's and the Gateway API's controllers by kind; those of others are theirs to explain. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  '/Service': ['istio.io/WaypointBound'],
  'networking.istio.io/ServiceEntry': ['istio.io/WaypointBound'],
  'networking.istio.io/WorkloadEntry': ['istio.io/WaypointBound'],
  'security.istio.io/AuthorizationPolicy': ['ZtunnelAccepted', 'WaypointAccepted'],
  [`${GATEWAY_API}/Gateway`]: ROUTES,
  [`${GATEWAY_API}/HTTPRoute`]: ROUTES,
  [`${GATEWAY_API}/GRPCRoute`]: ROUTES,
};

function conditionsOf({
  group,
  kind,
  object,
}: Manifest): readonly { readonly condition: Condition; readonly at: Path }[] {
  const key = `${group}/${kind}`;
  const types = own(TYPES, key);
  if (types === undefined || object['status'] === undefined) return [];
  const status = conform(statusShape, object['status']) as Status; // `conform` leaves these types
  const ofItself = (status.conditions ?? []).map((condition, index) => ({
    condition,
    at: ['status', 'conditions', index] as Path,
  }));
  const ofParents = (status.parents ?? []).flatMap((parent, place) =>
    (parent.conditions ?? []).map((condition, index) => ({
      condition,
      at: ['status', 'parents', place, 'conditions', index] as Path,
    })),
  );
  return [...ofItself, ...ofParents].filter(({ condition }) => types.includes(condition.type ?? ''));
}
