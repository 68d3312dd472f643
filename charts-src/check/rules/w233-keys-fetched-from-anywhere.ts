import type { Rule } from '../rule.ts';

/** istiod fetches keys from wherever a RequestAuthentication says, also from addresses inside the cluster. */
export const keysFetchedFromAnywhere = {
  code: 'W233',
  name: 'keys-fetched-from-anywhere',
  severity: 'info',
  summary: 'istiod fetches token keys from any address that a RequestAuthentication names.',
  also: ['IST0175'],
  reads: ['Deployment', 'RequestAuthentication'],
  *check(graph) {
    const fetching = graph
      .of('RequestAuthentication')
      .filter(({ spec }) => (spec.jwtRules ?? []).some(({ jwks }) => jwks === undefined));
    const [first] = fetching;
    if (first === undefined) return;
    for (const { manifest, pod, at, kind } of graph.workloads) {
      if (kind !== 'Deployment' || manifest.labels['app'] !== 'istiod') continue;
      const names = (pod.containers ?? []).flatMap(({ env = [] }) =>
        env.filter(({ value }) => value !== undefined && value !== '').map(({ name }) => name),
      );
      if (names.includes('BLOCKED_CIDRS_IN_JWKS_URIS')) continue;
      yield {
        manifest,
        at: [...at, 'spec', 'containers', 0, 'env'],
        message: `${fetching.length === 1 ? `RequestAuthentication ${first.namespace}/${first.name} lets` : `${fetching.length} RequestAuthentications let`} istiod fetch keys, and BLOCKED_CIDRS_IN_JWKS_URIS is not set: whoever may write one can make istiod ask addresses inside the cluster`,
        fix: 'set BLOCKED_CIDRS_IN_JWKS_URIS to the address ranges of the cluster and of cloud metadata',
      };
    }
  },
} satisfies Rule;
