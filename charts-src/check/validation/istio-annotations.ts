import type { AuthorizationPolicySpec, IstioKind } from '../../imports/istio.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { refused, type Objections } from './objection.ts';

const DRY_RUN = 'istio.io/dry-run';
/** Annotations that only Istio itself may set. */
const RESERVED = [
  'internal.istio.io/webhook-always-reject',
  'internal.istio.io/parent-namespace',
  'internal.istio.io/parents',
];
/** What Go's strconv.ParseBool reads. */
const BOOLEANS = ['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False'];

/** Annotations that the webhook looks at, whatever the kind. */
export function* istioAnnotations(kind: IstioKind, { annotations, object }: Manifest): Objections {
  for (const key of RESERVED)
    if (annotations[key] !== undefined)
      yield refused(['metadata', 'annotations', key], `only Istio itself may set "${key}"`, 'leave it out');
  const dryRun = annotations[DRY_RUN];
  if (dryRun === undefined) return;
  const at = ['metadata', 'annotations', DRY_RUN];
  if (kind !== 'AuthorizationPolicy')
    return yield refused(
      at,
      `a ${kind} cannot be tried without effect`,
      `leave out "${DRY_RUN}": it is for AuthorizationPolicies`,
    );
  const { action = 'ALLOW' } = (object['spec'] ?? {}) as AuthorizationPolicySpec; // of any type, which is compared with texts only
  if (action !== 'ALLOW' && action !== 'DENY')
    yield refused(at, `a policy with action ${action} cannot be tried without effect`, `leave out "${DRY_RUN}"`);
  else if (!BOOLEANS.includes(dryRun))
    yield refused(at, `"${dryRun}" is neither true nor false`, 'write "true" or "false"');
}
