/** Security level that Kubernetes enforces on the pods of a namespace.
 * Source: Kubernetes Pod Security Standards */
export type PodSecurityLevel = 'restricted' | 'privileged';

/** How Istio's proxy comes into the pods of a namespace. */
export interface Injection {
  /** Revision of the control plane.
   * @default - the default one */
  readonly revision?: string;
  /** Whether istio-cni redirects traffic. Without it every pod has an init container that needs NET_ADMIN, which
   * only the level `privileged` lets in. */
  readonly istioCni: boolean;
}

/** Labels by which a namespace is in the mesh and holds its pods to a security level. */
export function namespaceLabels({ revision, istioCni }: Injection): Readonly<Record<string, string>> {
  const enforced: PodSecurityLevel = istioCni ? 'restricted' : 'privileged';
  return {
    ...(revision === undefined ? { 'istio-injection': 'enabled' } : { 'istio.io/rev': revision }),
    'pod-security.kubernetes.io/enforce': enforced,
    'pod-security.kubernetes.io/enforce-version': 'latest',
    // The applications themselves fit the strictest level in either case: a new one that does not is told so.
    'pod-security.kubernetes.io/warn': 'restricted',
    'pod-security.kubernetes.io/audit': 'restricted',
  };
}
