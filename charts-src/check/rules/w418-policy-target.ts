import type { Rule } from '../rule.ts';
import { destinationRuleSelector, policyTargets, workloadTargets } from '../validation/selectors.ts';
import { webhookHits } from '../validation/webhook-hits.ts';

/** Which workloads an object is for: selectors without labels, and references to what no policy can be attached to. */
export const policyTarget = {
  code: 'W418',
  name: 'policy-target',
  severity: 'error',
  summary: 'A selector or targetRef selects nothing that it can, or everything.',
  also: ['IST0106', 'IST0133'],
  reads: [
    'AuthorizationPolicy',
    'RequestAuthentication',
    'PeerAuthentication',
    'Telemetry',
    'WasmPlugin',
    'TrafficExtension',
    'ProxyConfig',
    'DestinationRule',
    'Sidecar',
    'ServiceEntry',
    'EnvoyFilter',
  ],
  check: (graph) =>
    webhookHits(graph, {
      AuthorizationPolicy: policyTargets,
      RequestAuthentication: policyTargets,
      PeerAuthentication: policyTargets,
      Telemetry: policyTargets,
      WasmPlugin: policyTargets,
      TrafficExtension: policyTargets,
      ProxyConfig: policyTargets,
      DestinationRule: destinationRuleSelector,
      Sidecar: workloadTargets,
      ServiceEntry: workloadTargets,
      EnvoyFilter: workloadTargets,
    }),
} satisfies Rule;
