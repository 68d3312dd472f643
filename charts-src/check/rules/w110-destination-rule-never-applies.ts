import { isPrivate } from '../../graph/export-to.ts';
import { fullHost, isWildcardHost, serviceOfHost } from '../../model/host.ts';
import type { Rule } from '../rule.ts';

/**
 * A DestinationRule is neither in the namespace of its host, nor in the root namespace, nor in one with clients: nobody
 * looks for it there.
 */
export const destinationRuleNeverApplies = {
  code: 'W110',
  name: 'destination-rule-never-applies',
  severity: 'warning',
  summary: 'A DestinationRule is in a namespace where no proxy looks for it.',
  also: [],
  reads: ['DestinationRule', 'Service', 'ServiceEntry', 'Deployment'],
  *check(graph) {
    const { clusterDomain, rootNamespace } = graph.settings;
    const clients = new Set(
      graph.workloads
        .filter(({ sidecar, isGateway }) => sidecar !== 'no' || isGateway)
        .map(({ namespace }) => namespace),
    );
    for (const rule of graph.of('DestinationRule')) {
      const host = fullHost(rule.spec.host, rule.namespace, clusterDomain);
      if (isWildcardHost(host) || rule.namespace === rootNamespace || clients.has(rule.namespace)) continue;
      const named = graph.hostsNamed(host);
      const owners =
        named.length > 0 ? named.map(({ namespace }) => namespace) : [serviceOfHost(host, clusterDomain)?.namespace];
      const [owner] = owners;
      if (owner === undefined || owners.includes(rule.namespace)) continue;
      if (named.length === 0 && !graph.namespaces.get(owner)?.isDescribed) continue;
      // Without any pods among the files nobody knows where clients are.
      const knowsPods = clients.size > 0;
      yield {
        manifest: rule.manifest,
        at: ['metadata', 'namespace'],
        severity: knowsPods ? 'warning' : 'info',
        message: `host "${rule.spec.host}" is in namespace "${owner}" and this rule in "${rule.namespace}"${isPrivate(rule.spec.exportTo ?? [], rule.namespace) ? '' : ', whatever it is exported to'}: only proxies in "${rule.namespace}" use it${knowsPods ? ', and the files show none there' : ''}`,
        fix: `move it to namespace "${owner}"`,
      };
    }
  },
} satisfies Rule;
