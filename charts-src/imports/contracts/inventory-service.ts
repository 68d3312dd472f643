// Generated from apps/inventory/contract/openapi.yaml by `npx tsx scripts/dev/import-contracts.ts`; do not edit.
import type { HttpContract } from '../../model/contract.ts';

/** What inventory-service answers. */
export const inventoryService = {
  protocol: 'http',
  name: 'inventory-service',
  basePath: '/api',
  operations: {
    /** Show a product */
    getProduct: { method: 'GET', path: '/products/{product_id}', security: 'none' },
    /** Show the stock of a product */
    getStock: { method: 'GET', path: '/products/{product_id}/stock', security: 'user' },
    /** List the products */
    listProducts: { method: 'GET', path: '/products', security: 'none' },
    /** Set the stock of a product */
    setStock: { method: 'PUT', path: '/products/{product_id}/stock', security: 'user' },
  },
} as const satisfies HttpContract;
