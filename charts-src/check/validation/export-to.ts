import type { DestinationRuleSpec, ServiceEntrySpec, VirtualServiceSpec } from '../../imports/istio.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { isDnsLabel } from './label-syntax.ts';
import { refused, type Objections } from './objection.ts';

/** Namespaces that may see a VirtualService. */
export const exportOfVirtualService = ({ exportTo }: VirtualServiceSpec, { namespace }: Manifest): Objections =>
  exports(exportTo, namespace);

/** Namespaces that may see a ServiceEntry, or none at all. */
export const exportOfServiceEntry = ({ exportTo }: ServiceEntrySpec, { namespace }: Manifest): Objections =>
  exports(exportTo, namespace, { takesNobody: true });

/** Namespaces that may see a DestinationRule; one for some workloads is for its own namespace only. */
export function* exportOfDestinationRule(spec: DestinationRuleSpec, { namespace }: Manifest): Objections {
  yield* exports(spec.exportTo, namespace);
  if (spec.workloadSelector === undefined) return;
  for (const [index, name] of (spec.exportTo ?? []).entries())
    if (name !== '.' && name !== namespace)
      yield refused(
        ['spec', 'exportTo', index],
        `the rule is for the workloads of its selector, and exported to "${name}"`,
        'write exportTo: ["."], or leave out exportTo or workloadSelector',
      );
}

function* exports(
  names: readonly string[] = [],
  namespace: string,
  { takesNobody = false }: { readonly takesNobody?: boolean } = {},
): Objections {
  const seen = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const at = ['spec', 'exportTo', index];
    const meant = name === '.' ? namespace : name;
    const earlier = seen.get(meant);
    seen.set(meant, name);
    if (earlier !== undefined)
      yield refused(
        at,
        earlier === name ? `"${name}" is there twice` : `"${name}" and "${earlier}" are the same namespace`,
        'keep one of them',
      );
    else if (name === '~' ? !takesNobody : name !== '.' && name !== '*' && !isDnsLabel(name))
      yield refused(at, `"${name}" is no namespace to export to`, 'write ".", "*" or the name of a namespace');
    else if ((name === '*' || name === '~') && names.length > 1)
      yield refused(
        at,
        `"${name}" stands for ${name === '*' ? 'all namespaces' : 'nobody'}, and there are others beside it`,
        'keep it alone, or leave it out',
      );
  }
}
