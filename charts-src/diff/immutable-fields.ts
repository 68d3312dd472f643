import { objectName } from '../manifest/manifest.ts';
import { formatPath } from '../model/schema.ts';
import type { RolloutChange } from './change.ts';
import type { ObjectChange } from './objects.ts';

/**
 * Fields that the API server does not let change, by kind: what begins with one of the paths, but for the exceptions.
 * Source: validation of updates in Kubernetes 1.34
 */
const IMMUTABLE: Readonly<Record<string, { readonly fields: readonly string[]; readonly but?: readonly string[] }>> = {
  'apps/Deployment': { fields: ['spec.selector'] },
  'apps/ReplicaSet': { fields: ['spec.selector'] },
  'apps/DaemonSet': { fields: ['spec.selector'] },
  'apps/StatefulSet': {
    fields: ['spec'],
    but: [
      'spec.replicas',
      'spec.ordinals',
      'spec.template',
      'spec.updateStrategy',
      'spec.revisionHistoryLimit',
      'spec.persistentVolumeClaimRetentionPolicy',
      'spec.minReadySeconds',
    ],
  },
  'batch/Job': { fields: ['spec.selector', 'spec.template', 'spec.completionMode'] },
  '/Service': { fields: ['spec.clusterIP'] },
  '/Secret': { fields: ['type'] },
  '/PersistentVolumeClaim': {
    fields: ['spec'],
    but: ['spec.resources.requests.storage', 'spec.volumeAttributesClassName'],
  },
  'rbac.authorization.k8s.io/RoleBinding': { fields: ['roleRef'] },
  'rbac.authorization.k8s.io/ClusterRoleBinding': { fields: ['roleRef'] },
};

/** Changes that cannot be applied: the object has to be removed and made anew. */
export function refusedChanges(changes: readonly ObjectChange[]): readonly RolloutChange[] {
  return changes.flatMap((change): readonly RolloutChange[] => {
    if (change.change !== 'changed') return [];
    const { before, after, fields } = change;
    const rules =
      before.object['immutable'] === true && (after.kind === 'ConfigMap' || after.kind === 'Secret')
        ? { fields: ['data', 'binaryData', 'stringData', 'immutable'] }
        : IMMUTABLE[`${after.group}/${after.kind}`];
    const fixed = fields.filter(({ path }) => {
      const text = formatPath(path);
      const isBelow = (root: string): boolean =>
        text === root || text.startsWith(`${root}.`) || text.startsWith(`${root}[`);
      return rules !== undefined && rules.fields.some(isBelow) && !(rules.but ?? []).some(isBelow);
    });
    const [first] = fixed;
    if (first === undefined) return [];
    const isStateful = after.kind === 'StatefulSet';
    return [
      {
        topic: 'refused',
        subject: objectName(after),
        message: `cannot be changed in place: ${formatPath(first.path)} stays as it was made. ${
          isStateful
            ? 'Remove it with kubectl delete --cascade=orphan, which leaves pods and volumes, then apply'
            : 'Remove it and apply it anew, or give the new one another name'
        }`,
        by: { manifest: after, at: first.path },
      },
    ];
  });
}
