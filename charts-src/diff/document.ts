import type { Manifest } from '../manifest/manifest.ts';
import { formatPath } from '../model/schema.ts';
import type { Reference } from './change.ts';
import type { MeshDiff } from './diff.ts';
import type { ObjectChange } from './objects.ts';

/** The two sets that were compared, as they were named. */
export interface Compared {
  readonly old: string;
  readonly new: string;
}

const named = ({ kind, namespace, name }: Manifest) => ({ kind, namespace, name });

function placeOf(by: Reference | undefined) {
  if (by === undefined) return null;
  const { file, line } = by.manifest.position(by.at);
  return { object: named(by.manifest), path: formatPath(by.at), file, line };
}

/** What `weft diff -o json` prints. */
export const diffDocument = (compared: Compared, { security, traffic, rollout, objects }: MeshDiff) => ({
  schemaVersion: 1 as const,
  kind: 'MeshDiff' as const,
  old: compared.old,
  new: compared.new,
  summary: {
    broader: security.filter(({ direction }) => direction === 'broader').length,
    narrower: security.filter(({ direction }) => direction === 'narrower').length,
    traffic: traffic.length,
    rollout: rollout.length,
    ...objectCounts(objects.changes),
    same: objects.same,
  },
  security: security.map(({ by, ...change }) => ({ ...change, by: placeOf(by) })),
  traffic: traffic.map(({ by, ...change }) => ({ ...change, by: placeOf(by) })),
  rollout: rollout.map(({ by, ...change }) => ({ ...change, by: placeOf(by) })),
  objects: objects.changes.map((change) => ({
    change: change.change,
    object: named('after' in change ? change.after : change.before),
    before: change.change === 'renamed' ? named(change.before) : null,
    fields:
      'fields' in change
        ? change.fields.map(({ path, before, after }) => ({
            path: formatPath(path),
            before: shownValue(change.after, before),
            after: shownValue(change.after, after),
          }))
        : [],
  })),
});

/** What a Secret holds is not for logs and comments. */
export const shownValue = ({ kind, group }: Manifest, value: unknown): unknown =>
  value === undefined || value === null ? null : kind === 'Secret' && group === '' ? '(secret)' : value;

/** How many objects became what. */
export function objectCounts(changes: readonly ObjectChange[]) {
  const of = (kind: ObjectChange['change']): number => changes.filter(({ change }) => change === kind).length;
  return { added: of('added'), changed: of('changed'), removed: of('removed'), renamed: of('renamed') };
}
