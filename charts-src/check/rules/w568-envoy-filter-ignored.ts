import type { EnvoyConfigPatch } from '../../imports/istio.ts';
import { canBeReplaced, envoyPatches, isRoute } from '../envoy-patches.ts';
import type { Rule } from '../rule.ts';

/** An operation that does nothing where it is applied. */
export const envoyFilterIgnored = {
  code: 'W568',
  name: 'envoy-filter-ignored',
  severity: 'warning',
  summary: 'An EnvoyFilter has an operation that Istio ignores there.',
  also: ['IST0152', 'IST0153', 'IST0154'],
  reads: ['EnvoyFilter'],
  *check(graph) {
    for (const { filter, patch, at } of envoyPatches(graph)) {
      const code = ignoredAs(patch);
      if (code === undefined) continue;
      const { operation = '' } = patch.patch ?? {};
      yield {
        manifest: filter.manifest,
        at: [...at, 'patch', 'operation'],
        also: [code],
        // Istio says that it ignores these too, but istiod 1.31 applies them to every route.
        ...(patch.applyTo === 'HTTP_ROUTE' && operation !== 'REPLACE' ? { severity: 'info' as const } : {}),
        message:
          patch.applyTo === 'HTTP_ROUTE' && operation !== 'REPLACE'
            ? `${operation} with applyTo HTTP_ROUTE is ignored by what Istio documents: Istio 1.31 applies it all the same, another version need not`
            : `${operation} is ignored with applyTo ${patch.applyTo ?? 'INVALID'}: this patch changes nothing`,
        fix:
          operation === 'REPLACE'
            ? 'use MERGE; REPLACE works for NETWORK_FILTER, HTTP_FILTER and VIRTUAL_HOST'
            : `use MERGE, or applyTo VIRTUAL_HOST; ${operation} works for what proxies hold as lists`,
      };
    }
  },
} satisfies Rule;

function ignoredAs(patch: EnvoyConfigPatch): string | undefined {
  switch (patch.patch?.operation) {
    case 'REPLACE':
      return canBeReplaced(patch) ? undefined : 'IST0152';
    case 'ADD':
      return isRoute(patch) ? 'IST0153' : undefined;
    case 'REMOVE':
      return isRoute(patch) ? 'IST0154' : undefined;
    default:
      return undefined;
  }
}
