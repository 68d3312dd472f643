import { subscription } from '../shared/events/inbox.ts';
import type { Module, World } from '../shared/module.ts';
import { inventoryRoutes } from './api/inventory-routes.ts';
import { release, reserve, ship } from './business/stock.ts';
import {
  inventoryMigrations,
  productRepository,
  warehouse,
  type InventoryTables,
} from './persistence/inventory-tables.ts';

/** Knows the products, and sets aside what is ordered. */
export function inventory({ database }: Pick<World, 'database'>): Module {
  const store = database.store<InventoryTables>('inventory');
  return {
    name: 'inventory',
    store,
    migrations: inventoryMigrations,
    routes: [inventoryRoutes(productRepository(store.db))],
    subscriptions: [
      subscription(store, 'inventory_service_queue', {
        OrderCreated: (event, unit) => reserve(event, warehouse(unit)),
        OrderCancelled: (event, unit) => release(event, warehouse(unit)),
        OrderShipped: (event, unit) => ship(event, warehouse(unit)),
      }),
    ],
    workers: [],
  };
}
