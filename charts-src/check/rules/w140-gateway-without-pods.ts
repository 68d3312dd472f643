import type { Labels } from '../../graph/labels.ts';
import { selectsDefaultGateway } from '../../graph/virtual-service-clients.ts';
import { workloadName } from '../../graph/workload.ts';
import { closest } from '../../model/closest.ts';
import { own } from '../../model/own.ts';
import type { Rule } from '../rule.ts';

/** No pod has the labels that a Gateway selects: nobody opens its ports. */
export const gatewayWithoutPods = {
  code: 'W140',
  name: 'gateway-without-pods',
  severity: 'error',
  summary: 'A Gateway selects no pods, so nobody opens its ports.',
  also: ['IST0101', 'KIA0302'],
  reads: ['Gateway', 'Deployment', 'Pod'],
  *check(graph) {
    const proxies = graph.workloads.filter(({ isGateway }) => isGateway);
    // A proxy that no Gateway selects was probably meant by one that selects none.
    const served = new Set(graph.gateways.flatMap(({ workloads }) => workloads));
    const idle = proxies.find((proxy) => !served.has(proxy));
    for (const { gateway, workloads } of graph.gateways) {
      const selector = gateway.spec.selector ?? {};
      const labels = Object.entries(selector);
      // Without labels every proxy of a gateway serves it; Istio's own ones are installed apart.
      if (labels.length === 0 || workloads.length > 0) continue;
      const isDefault = selectsDefaultGateway(selector);
      if (isDefault && proxies.length === 0) continue;
      const meant = proxies.find((proxy) => isSlipOf(selector, proxy.labels));
      const some = idle ?? proxies[0];
      const [key = ''] = Object.keys(selector);
      yield {
        manifest: gateway.manifest,
        at: ['spec', 'selector', ...(labels.length === 1 ? [key] : [])],
        // A proxy can be installed apart from these files, that of Istio most of all; a slip cannot.
        severity: meant !== undefined ? 'error' : isDefault && idle === undefined ? 'info' : 'warning',
        message: `no pods among the files have the labels ${labelText(selector)}, so nobody opens the ports of this Gateway${meant === undefined ? ', unless its proxy is installed elsewhere' : ''}`,
        fix:
          meant !== undefined
            ? `did you mean ${labelText(Object.fromEntries(Object.keys(selector).map((name) => [name, own(meant.labels, name) ?? ''])))}`
            : some === undefined
              ? 'name labels of the pods of a gateway; those of Istio itself have istio: ingressgateway'
              : `name labels of the pods of a gateway, such as those of ${workloadName(some)}: ${labelText(ownLabels(some.labels))}`,
      };
    }
  },
} satisfies Rule;

/** Whether pods have labels of the same names, with values that are the same or nearly so. */
const isSlipOf = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([key, value]) => {
    const other = own(labels, key);
    return other !== undefined && (other === value || closest(value, [other]) !== undefined);
  });

/** Without what only tells the injector something. */
const ownLabels = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !/(?:^|\.)istio\.io\//.test(key)));

const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ');
