/** Names of hosts as Istio reads them: exact (`orders.shop.svc.cluster.local`), or with `*` for the first labels. */

/** The domain of every Kubernetes cluster that was not told otherwise. */
export const CLUSTER_DOMAIN = 'cluster.local';

/** Whether a host stands for many: `*` or `*.example.com`. */
export const isWildcardHost = (host: string): boolean => host.startsWith('*');

/** Whether a host is an IP address rather than a name. */
export const isIpAddress = (host: string): boolean => /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || host.includes(':');

/**
 * The full name of a host that a resource names. Only a name without any dot is completed, with the namespace of the
 * resource: `orders.shop` stays what it is, and then names nothing.
 * Source: Istio's ResolveShortnameToFQDN
 */
export function fullHost(host: string, namespace: string, domain: string = CLUSTER_DOMAIN): string {
  const lower = host.toLowerCase();
  if (lower === '' || lower.includes('.') || isWildcardHost(lower) || isIpAddress(lower)) return lower;
  return `${lower}.${namespace}.svc.${domain}`;
}

/** Whether every host that the second one stands for is one of the first. */
export function hostCovers(general: string, specific: string): boolean {
  if (!isWildcardHost(general)) return general === specific;
  const suffix = general.slice(1);
  if (isWildcardHost(specific)) return specific.slice(1).endsWith(suffix);
  return specific.endsWith(suffix);
}

/** Whether some host is one of both. */
export const hostsOverlap = (one: string, other: string): boolean => hostCovers(one, other) || hostCovers(other, one);

/** Orders hosts from the most specific: exact ones first, then the longest. */
export function bySpecificity(one: string, other: string): number {
  const [left, right] = [isWildcardHost(one), isWildcardHost(other)];
  if (left !== right) return left ? 1 : -1;
  return other.length - one.length || (one < other ? -1 : one > other ? 1 : 0);
}

/** The service and namespace of the full name of a Kubernetes Service; undefined for any other host. */
export function serviceOfHost(
  host: string,
  domain: string = CLUSTER_DOMAIN,
): { readonly name: string; readonly namespace: string } | undefined {
  const suffix = `.svc.${domain}`;
  if (!host.endsWith(suffix)) return undefined;
  const [name, namespace, ...rest] = host.slice(0, -suffix.length).split('.');
  if (name === undefined || namespace === undefined || rest.length > 0) return undefined;
  return { name, namespace };
}
