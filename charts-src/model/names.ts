/** What is wrong with a name that must be a DNS label (Service, namespace, port); undefined when it is one.
 * Source: RFC 1123; Kubernetes refuses more than 63 letters. */
export function dnsLabelProblem(name: string): string | undefined {
  if (name.length > 63) return `"${name}" has ${name.length} letters: a DNS label has at most 63`;
  if (/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name)) return undefined;
  const suggestion = name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  return `"${name}" is no DNS label: use a-z, 0-9 and "-", starting with a letter${suggestion ? `, for example "${suggestion}"` : ''}`;
}

/** The full name of a Service, as Istio knows it. Short names mean something else in each namespace. */
export const serviceHost = (name: string, namespace: string, clusterDomain = 'cluster.local'): string =>
  `${name}.${namespace}.svc.${clusterDomain}`;

/** The identity of a workload as policies write it, without `spiffe://`.
 * Source: Istio AuthorizationPolicy.spec.rules[].from[].source.principals */
export const principal = (trustDomain: string, namespace: string, serviceAccount: string): string =>
  `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;

/** `ORDER_SERVICE_URL` of `order-service`: the name of the variable that tells a caller where a service is. */
export const urlVariable = (service: string): string => `${service.toUpperCase().replaceAll('-', '_')}_URL`;
