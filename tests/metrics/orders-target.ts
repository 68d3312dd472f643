import type { Target } from '../../charts-src/canary/plan.ts';

/** Full name of the host whose metrics are read. */
export const HOST = 'orders.shop.svc.cluster.local';

/** Its two versions. */
export const TARGET: Target = {
  namespace: 'shop',
  stable: { host: HOST, subset: 'v1' },
  canary: { host: HOST, subset: 'v2' },
  virtualServices: [{ namespace: 'shop', name: 'orders' }],
  destinationRule: { namespace: 'shop', name: 'orders' },
  routes: null,
};
