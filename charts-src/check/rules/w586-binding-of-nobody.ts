import { fieldsOf, itemsOf, textOf } from '../../manifest/raw.ts';
import { closest } from '../../model/closest.ts';
import { namesByNamespace } from '../names-by-namespace.ts';
import type { Hit, Rule } from '../rule.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** A binding names a role or an account that is not there: nobody may do anything by it, and nothing says so. */
export const bindingOfNobody = {
  code: 'W586',
  name: 'binding-of-nobody',
  severity: 'warning',
  summary: 'A RoleBinding names a Role or a ServiceAccount that is not there.',
  reads: ['RoleBinding', 'ClusterRoleBinding', 'Role', 'ClusterRole', 'ServiceAccount'],
  *check(graph) {
    const roles = namesByNamespace(graph.objects('Role', GROUP));
    const accounts = namesByNamespace(graph.objects('ServiceAccount', ''));
    for (const kind of ['RoleBinding', 'ClusterRoleBinding'])
      for (const manifest of graph.objects(kind, GROUP)) {
        const { roleRef, subjects } = manifest.object;
        const role = fieldsOf(roleRef);
        if (role['kind'] === 'Role' && kind === 'RoleBinding') {
          const found = judge('Role', textOf(role['name']), manifest.namespace, roles);
          if (found !== undefined) yield { manifest, at: ['roleRef', 'name'], ...found };
        }
        for (const [index, subject] of itemsOf(subjects).entries()) {
          const { kind: of, name, namespace } = fieldsOf(subject);
          if (of !== 'ServiceAccount' || name === 'default') continue;
          const found = judge('ServiceAccount', textOf(name), textOf(namespace) || manifest.namespace, accounts);
          if (found !== undefined) yield { manifest, at: ['subjects', index, 'name'], ...found };
        }
      }
  },
} satisfies Rule;

/** Only where the files hold some of the kind and namespace: else they are made apart. */
function judge(
  kind: string,
  name: string,
  namespace: string,
  all: ReadonlyMap<string, ReadonlySet<string>>,
): Pick<Hit, 'message' | 'fix'> | undefined {
  const here = all.get(namespace);
  if (name === '' || here === undefined || here.has(name)) return undefined;
  const meant = closest(name, [...here]);
  return {
    message: `${kind} "${name}" is not among the files of namespace "${namespace}": unless somebody else makes it, nobody may do anything by this binding, and the API server answers 403`,
    fix:
      meant === undefined ? `name a ${kind} that is there: ${[...here].sort().join(', ')}` : `did you mean "${meant}"`,
  };
}
