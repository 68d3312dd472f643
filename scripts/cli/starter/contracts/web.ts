import type { HttpContract } from 'weftmesh';

/** What web answers: a contract written by hand, for a service without an OpenAPI document. */
export const web = {
  protocol: 'http',
  name: 'web',
  basePath: '',
  operations: {
    showShop: { method: 'GET', path: '/' },
    showOrders: { method: 'GET', path: '/orders' },
  },
} as const satisfies HttpContract;
