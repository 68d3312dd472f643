import type { MeshGraph } from '../graph/mesh-graph.ts';
import { objectName, type Manifest } from '../manifest/manifest.ts';
import { fieldsOf, itemsOf, textOf, type Fields } from '../manifest/raw.ts';
import type { Reference } from './change.ts';
import type { Opening } from './opening.ts';
import { groupBy } from '../model/multimap.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** One thing that the API server lets somebody do. */
interface Permission {
  readonly who: string;
  /** Empty: in every namespace. */
  readonly namespace: string;
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  /** Empty: any. */
  readonly names: readonly string[];
  readonly by: Reference;
}

/** What accounts may do at the API server that they could not. Source: Kubernetes' RBAC, which only adds up */
export function rbacOpenings(was: MeshGraph, is: MeshGraph): readonly Opening[] {
  const [before, after] = [permissions(was), permissions(is)];
  const byWho = groupBy(before, ({ who }) => who);
  const fresh = after.filter((one) => !(byWho.get(one.who) ?? []).some((wide) => covers(wide, one)));
  const told = new Map<string, { readonly first: Permission; readonly verbs: Set<string> }>();
  for (const one of fresh) {
    const key = JSON.stringify([
      one.who,
      one.namespace,
      one.group,
      one.resource,
      one.names,
      objectName(one.by.manifest),
    ]);
    const known = told.get(key);
    if (known) known.verbs.add(one.verb);
    else told.set(key, { first: one, verbs: new Set([one.verb]) });
  }
  return [...told.values()].map(({ first, verbs }): Opening => {
    const what = `${words(first, [...verbs])} (Kubernetes API)`;
    return { topic: 'rbac', subject: first.who, opened: `may ${what}`, closed: `may no more ${what}`, by: first.by };
  });
}

const covers = (wide: Permission, narrow: Permission): boolean =>
  (wide.namespace === '' || wide.namespace === narrow.namespace) &&
  [
    [wide.group, narrow.group],
    [wide.resource, narrow.resource],
    [wide.verb, narrow.verb],
  ].every(([one, other]) => one === '*' || one === other) &&
  (wide.names.length === 0 || (narrow.names.length > 0 && narrow.names.every((name) => wide.names.includes(name))));

function words({ namespace, group, resource, names }: Permission, verbs: readonly string[]): string {
  const where = namespace === '' ? ' in every namespace' : ` in namespace ${namespace}`;
  if (group === ROLE) return `do what ${resource} allows${where}`;
  const doing = verbs.includes('*') ? 'do anything with' : verbs.join(', ');
  const what = resource === '*' ? 'everything' : resource;
  return `${doing} ${what}${group === '' || group === '*' ? '' : ` of ${group}`}${names.length === 0 ? '' : ` named ${names.join(', ')}`}${where}`;
}

/** Stands for a group where the role is not among the files, as those that Kubernetes has by itself. */
const ROLE = '\u0000role';

function permissions(graph: MeshGraph): readonly Permission[] {
  const roles = new Map(
    (['Role', 'ClusterRole'] as const).flatMap((kind) =>
      graph.objects(kind, GROUP).map((role) => [keyOf(kind, role.namespace, role.name), role] as const),
    ),
  );
  return (['RoleBinding', 'ClusterRoleBinding'] as const).flatMap((kind) =>
    graph.objects(kind, GROUP).flatMap((binding) => {
      const { roleRef, subjects } = binding.object;
      const { kind: roleKind, name } = fieldsOf(roleRef);
      const role = roles.get(keyOf(textOf(roleKind), binding.namespace, textOf(name)));
      const namespace = kind === 'RoleBinding' ? binding.namespace : '';
      return itemsOf(subjects).flatMap((subject) =>
        rulesOf(role, `${textOf(roleKind)} ${textOf(name)}`).map((rule) => ({
          ...rule,
          who: subjectName(fieldsOf(subject), binding.namespace),
          namespace,
          by: rule.by ?? { manifest: binding, at: ['roleRef'] },
        })),
      );
    }),
  );
}

const keyOf = (kind: string, namespace: string, name: string): string =>
  kind === 'Role' ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;

type RolePermission = Pick<Permission, 'group' | 'resource' | 'verb' | 'names'> & { readonly by?: Reference };

function rulesOf(role: Manifest | undefined, name: string): readonly RolePermission[] {
  if (role === undefined) return [{ group: ROLE, resource: name, verb: 'use', names: [] }];
  return itemsOf(role.object['rules']).flatMap((rule, index) => {
    const { apiGroups, resources, nonResourceURLs, verbs, resourceNames } = fieldsOf(rule);
    const by = { manifest: role, at: ['rules', index] };
    const targets = [
      ...itemsOf(resources).flatMap((resource) =>
        itemsOf(apiGroups).map((group) => [textOf(group), textOf(resource)] as const),
      ),
      ...itemsOf(nonResourceURLs).map((url) => ['', textOf(url)] as const),
    ];
    return targets.flatMap(([group, resource]) =>
      itemsOf(verbs).map((verb) => ({
        group,
        resource,
        verb: textOf(verb),
        names: itemsOf(resourceNames).map(textOf).sort(),
        by,
      })),
    );
  });
}

const subjectName = ({ kind, name, namespace }: Fields, own: string): string =>
  kind === 'ServiceAccount'
    ? `ServiceAccount ${textOf(namespace) || own}/${textOf(name)}`
    : `${textOf(kind)} ${textOf(name)}`;
