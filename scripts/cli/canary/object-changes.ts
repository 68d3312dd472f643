import { isSame } from '../../../charts-src/canary/canonical-json.ts';
import type { KubernetesObject } from '../../../charts-src/canary/ports/cluster.ts';
import { CANARY_PREFIX } from '../../../charts-src/canary/rollout-annotations.ts';
import { formatPath, type Path } from '../../../charts-src/model/schema.ts';

/** A field that is written. */
export interface FieldChange {
  readonly op: 'add' | 'remove' | 'replace';
  /** `spec.http[0].route[1].weight` */
  readonly path: string;
  /** Null: it was not there. */
  readonly from: unknown;
  /** Null: it is there no more. */
  readonly to: unknown;
}

/** How an object differs from another one, field by field. What the server writes itself is left out. */
export function objectChanges(before: KubernetesObject, after: KubernetesObject): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  compare(before, after, [], changes);
  return changes;
}

/** Changes without those of our own annotations, which are the state of the run. */
export const withoutState = (changes: readonly FieldChange[]): readonly FieldChange[] =>
  changes.filter(({ path, op, to }) => {
    if (path.includes(`["${CANARY_PREFIX}`)) return false;
    const isOurs = path === 'metadata.annotations' && op !== 'replace';
    return !isOurs || Object.keys((to ?? {}) as object).some((name) => !name.startsWith(CANARY_PREFIX));
  });

function compare(from: unknown, to: unknown, path: Path, changes: FieldChange[]): void {
  if (isSame(from ?? null, to ?? null)) return;
  if (
    from === undefined ||
    to === undefined ||
    !isContainer(from) ||
    !isContainer(to) ||
    Array.isArray(from) !== Array.isArray(to)
  ) {
    const op = from === undefined ? 'add' : to === undefined ? 'remove' : 'replace';
    changes.push({ op, path: formatPath(path), from: from ?? null, to: to ?? null });
    return;
  }
  const [old, young] = [from as Fields, to as Fields];
  for (const key of new Set([...Object.keys(old), ...Object.keys(young)]))
    compare(old[key], young[key], [...path, Array.isArray(from) ? Number(key) : key], changes);
}

type Fields = Readonly<Record<string, unknown>>;

const isContainer = (value: unknown): boolean => typeof value === 'object' && value !== null;
