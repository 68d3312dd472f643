import { endpointNamespaces, requiredPermissions, resource, resourceParts, type PlanScope } from './permissions.ts';
import type { Permission } from './ports/cluster.ts';

/** Who gets the rights. */
export type RbacSubject =
  | { readonly kind: 'ServiceAccount'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'User' | 'Group'; readonly name: string };

export interface RbacOptions {
  readonly subject: RbacSubject;
  /** `metadata.name` of what is printed; the optional parts add a word to it.
   * @default - `weft-canary-` and the first VirtualService */
  readonly name?: string;
  /** Right to see whether other VirtualServices of the namespace route to the host too. @default true */
  readonly rivals?: boolean;
  /**
   * For an engine outside the mesh: connections to proxies and to istiod through the API server. Nearly the rights of an
   * admin of these namespaces: whoever has them reaches every port of every pod, also those that listen on loopback only.
   * @default - none
   */
  readonly portForward?: {
    /** Namespace of istiod, and usually of the gateways. */
    readonly istio: string;
    /** Namespaces of the pods that call the host. */
    readonly callers: readonly string[];
  };
}

/** A rule of a Role. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** A Role or a RoleBinding, ready to be written as YAML. */
export type RbacObject =
  | {
      readonly apiVersion: 'rbac.authorization.k8s.io/v1';
      readonly kind: 'Role';
      readonly metadata: { readonly name: string; readonly namespace: string };
      readonly rules: readonly PolicyRule[];
    }
  | {
      readonly apiVersion: 'rbac.authorization.k8s.io/v1';
      readonly kind: 'RoleBinding';
      readonly metadata: { readonly name: string; readonly namespace: string };
      readonly roleRef: { readonly apiGroup: string; readonly kind: 'Role'; readonly name: string };
      readonly subjects: readonly object[];
    };

/** The Roles that a run of this plan needs, and nothing that it does not: no verb on a whole kind that is written. */
export function rbac(
  plan: PlanScope,
  { subject, name, rivals = true, portForward }: RbacOptions,
): readonly RbacObject[] {
  const base = name ?? `weft-canary-${plan.target.virtualServices[0].name}`;
  return [
    ...roles(base, [...requiredPermissions(plan), ...watched(plan)], subject),
    ...(rivals ? roles(`${base}-rivals`, rivalPermissions(plan), subject) : []),
    ...(portForward === undefined ? [] : roles(`${base}-port-forward`, portForwardPermissions(portForward), subject)),
  ];
}

/** Who lists may watch, as in the roles that Kubernetes brings along: it shows nothing more. */
const watched = (plan: PlanScope): readonly Permission[] =>
  endpointNamespaces(plan).flatMap((namespace) =>
    [resource.endpointSlices, resource.pods].map((of) => ({ verb: 'watch', resource: of, namespace })),
  );

const rivalPermissions = ({ target }: PlanScope): readonly Permission[] =>
  [...new Set(target.virtualServices.map(({ namespace }) => namespace))].map((namespace) => ({
    verb: 'list',
    resource: resource.virtualServices,
    namespace,
  }));

const portForwardPermissions = ({ istio, callers }: NonNullable<RbacOptions['portForward']>): readonly Permission[] =>
  [...new Set([istio, ...callers])].flatMap((namespace) => [
    { verb: 'list', resource: resource.pods, namespace },
    { verb: 'create', resource: resource.portForward, namespace },
  ]);

/** One Role and one RoleBinding a namespace. */
function roles(name: string, permissions: readonly Permission[], subject: RbacSubject): readonly RbacObject[] {
  return [...new Set(permissions.map(({ namespace }) => namespace))].flatMap((namespace) => [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name, namespace },
      rules: rules(permissions.filter((one) => one.namespace === namespace)),
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [subject.kind === 'ServiceAccount' ? subject : { apiGroup: 'rbac.authorization.k8s.io', ...subject }],
    },
  ]);
}

/** One rule a resource, and a rule of its own for each set of names. */
function rules(permissions: readonly Permission[]): readonly PolicyRule[] {
  const byTarget = new Map<string, { readonly of: Permission; readonly verbs: Set<string> }>();
  for (const permission of permissions) {
    const key = `${permission.resource} ${permission.name ?? ''}`;
    const rule = byTarget.get(key) ?? { of: permission, verbs: new Set() };
    byTarget.set(key, rule);
    rule.verbs.add(permission.verb);
  }
  return [...byTarget.values()].map(({ of, verbs }) => {
    const { group, resource: plural, subresource } = resourceParts(of.resource);
    return {
      apiGroups: [group],
      resources: [subresource === undefined ? plural : `${plural}/${subresource}`],
      ...(of.name !== undefined && { resourceNames: [of.name] }),
      verbs: [...verbs],
    };
  });
}
