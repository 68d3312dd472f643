/** Whom a policy means. */
export interface Identity {
  /** Undefined where any trust domain is meant. */
  readonly trustDomain: string | undefined;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** What one value of a condition names; undefined for patterns, and for what is no identity. */
export function readPrincipal(attribute: string, value: string, ownNamespace: string): Identity | undefined {
  if (attribute === 'source.serviceAccount') {
    const [first = '', second, ...others] = value.split('/');
    if (others.length > 0 || value.includes('*')) return undefined;
    return second === undefined
      ? { trustDomain: undefined, namespace: ownNamespace, serviceAccount: first }
      : { trustDomain: undefined, namespace: first, serviceAccount: second };
  }
  if (attribute !== 'source.principal') return undefined;
  const [trustDomain = '', ns, namespace = '', sa, serviceAccount = '', ...others] = value.split('/');
  if (ns !== 'ns' || sa !== 'sa' || others.length > 0 || `${namespace}${serviceAccount}`.includes('*'))
    return undefined;
  return { trustDomain: trustDomain.includes('*') ? undefined : trustDomain, namespace, serviceAccount };
}
