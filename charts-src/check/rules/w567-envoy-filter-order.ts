import type { EnvoyConfigPatch } from '../../imports/istio.ts';
import { objectName } from '../../manifest/manifest.ts';
import { canBeReplaced, envoyPatches, isRoute } from '../envoy-patches.ts';
import type { Rule } from '../rule.ts';

/** A patch that needs another one to be there, while nothing says which of them comes first. */
export const envoyFilterOrder = {
  code: 'W567',
  name: 'envoy-filter-order',
  severity: 'warning',
  summary: 'A patch depends on the order of EnvoyFilters, and nothing sets it.',
  also: ['IST0151'],
  reads: ['EnvoyFilter'],
  *check(graph) {
    const ofOneVersion = new Set<string>();
    const isAlone = new Set(graph.of('EnvoyFilter').map(({ manifest }) => objectName(manifest))).size < 2;
    for (const { filter, patch, at } of envoyPatches(graph)) {
      const name = patchedName(patch);
      const { operation } = patch.patch ?? {};
      if (isRelative(patch) && (filter.spec.priority ?? 0) === 0) {
        const isVersioned = ofOneVersion.has(name);
        yield {
          manifest: filter.manifest,
          at: [...at, 'patch', 'operation'],
          // With no other one there is no order: it only matters when one comes.
          ...(isAlone ? { severity: 'info' as const } : {}),
          also: [isVersioned ? 'IST0155' : 'IST0151'],
          message: `${operation ?? ''} changes what other EnvoyFilters may have put there, and without a priority they are applied by age${isVersioned ? '; another patch of the same filter holds for one proxyVersion only, so the result differs from proxy to proxy' : ''}: after a restore or a re-creation the result is another one`,
          fix: 'set priority: smaller numbers are applied first, negative ones before those without',
        };
      }
      if ((patch.match?.proxy?.proxyVersion ?? '') !== '') ofOneVersion.add(name);
    }
  },
} satisfies Rule;

/** Operations whose result depends on what is there already. One that is ignored anyway is no question of order. */
function isRelative(patch: EnvoyConfigPatch): boolean {
  switch (patch.patch?.operation) {
    case 'INSERT_BEFORE':
    case 'INSERT_AFTER':
      return true;
    case 'REMOVE':
      return !isRoute(patch);
    case 'REPLACE':
      return canBeReplaced(patch);
    default:
      return false;
  }
}

/** The name of what is put in, or of the filter that is looked for. */
function patchedName({ patch, match }: EnvoyConfigPatch): string {
  const value = patch?.value as { readonly name?: unknown } | undefined; // Envoy configuration of any shape
  if (value === undefined) return '';
  if (typeof value.name === 'string') return value.name;
  return match && 'listener' in match ? (match.listener?.filterChain?.filter?.name ?? '') : '';
}
