import { policyLayers } from '../policy-layers.ts';
import type { PortTrafficPolicy, TrafficPolicy } from '../../imports/istio.ts';
import type { Rule } from '../rule.ts';

/** Settings for a port take the place of all blocks of the policy, not only of those that they have. */
export const portSettingsDropPolicy = {
  code: 'W325',
  name: 'port-settings-drop-policy',
  severity: 'warning',
  summary: 'Settings for a port drop the connection pool, outlier detection or load balancer of the host.',
  reads: ['DestinationRule'],
  *check(graph) {
    for (const rule of graph.of('DestinationRule')) {
      const host = rule.spec.trafficPolicy ?? {};
      for (const { policy, at, subset, port } of policyLayers(rule)) {
        if (!isPortPolicy(policy, at)) continue;
        const around: TrafficPolicy = { ...host, ...subset?.trafficPolicy };
        const lost = BLOCKS.filter((block) => around[block] !== undefined && policy[block] === undefined);
        if (lost.length === 0) continue;
        const balances = lost.length === 1 && isPlain(lost[0], around);
        yield {
          manifest: rule.manifest,
          at,
          severity: balances ? 'info' : 'warning',
          message:
            `the settings for port ${port ?? '?'} replace the whole policy: ${lost.join(', ')} of ${subset ? `subset "${subset.name}" or of the host` : 'the host'} ` +
            `${lost.length === 1 ? 'does' : 'do'} not hold for this port, and ` +
            (balances
              ? 'it is balanced by LEAST_REQUEST'
              : "Istio's defaults do, which have no limits, eject nobody and keep no session on a pod"),
          fix: `repeat ${lost.join(', ')} in the settings of the port`,
        };
      }
    }
  },
} satisfies Rule;

/** TLS is another matter: pods keep the mode of the host. */
const BLOCKS = ['connectionPool', 'outlierDetection', 'loadBalancer'] as const;

/** Whether only a way to balance is lost that is hardly another one than the default. */
const isPlain = (block: string | undefined, { loadBalancer }: TrafficPolicy): boolean =>
  block === 'loadBalancer' &&
  loadBalancer?.consistentHash === undefined &&
  loadBalancer?.localityLbSetting === undefined &&
  loadBalancer?.simple !== 'PASSTHROUGH';

const isPortPolicy = (
  _policy: TrafficPolicy | PortTrafficPolicy,
  at: readonly (string | number)[],
): _policy is PortTrafficPolicy => at.at(-2) === 'portLevelSettings';
