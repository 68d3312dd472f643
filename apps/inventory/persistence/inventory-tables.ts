import { sql, type Kysely, type Selectable } from 'kysely';
import type { Unit } from '../../shared/database/database.ts';
import type { JsonColumn, KernelTables } from '../../shared/database/kernel-tables.ts';
import { lockName } from '../../shared/database/lock.ts';
import type { Migrations } from '../../shared/database/migrate.ts';
import type { Product, ProductRepository } from '../business/products.ts';
import type { Item, Reservation, Warehouse } from '../business/stock.ts';
import { priceList } from '../contract/price-list.ts';

export interface InventoryTables {
  products: {
    product_id: string;
    name: string;
    minor_units: number;
    currency: string;
    quantity: number;
    reserved: number;
  };
  reservations: { order_id: string; state: Reservation['state']; items: JsonColumn<readonly Item[]> };
}

const FIRST_STOCK = 500;

export const inventoryMigrations: Migrations = {
  '0001_stock': {
    async up(db) {
      await db.schema
        .createTable('products')
        // One order of ids, whatever the language of the database is.
        .addColumn('product_id', sql`text collate "C"`, (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('minor_units', 'bigint', (column) => column.notNull().check(sql`minor_units >= 0`))
        .addColumn('currency', 'text', (column) => column.notNull())
        .addColumn('quantity', 'integer', (column) => column.notNull().check(sql`quantity >= 0`))
        .addColumn('reserved', 'integer', (column) =>
          column
            .notNull()
            .check(sql`reserved between 0 and quantity`)
            .defaultTo(0),
        )
        .execute();
      await db.schema
        .createTable('reservations')
        .addColumn('order_id', 'uuid', (column) => column.primaryKey())
        .addColumn('state', 'text', (column) =>
          column.notNull().check(sql`state in ('reserved', 'refused', 'released', 'shipped')`),
        )
        .addColumn('items', 'jsonb', (column) => column.notNull())
        .execute();
      await (db as Kysely<InventoryTables>) // the table that was just made
        .insertInto('products')
        .values(
          Object.entries(priceList).map(([product_id, { name, price }]) => ({
            product_id,
            name,
            ...price,
            quantity: FIRST_STOCK,
            reserved: 0,
          })),
        )
        .execute();
    },
  },
};

export const warehouse = ({ tx, kernel, emit }: Unit<InventoryTables>): Warehouse => ({
  lockOrder: (orderId) => lockName(kernel, `stock of ${orderId}`),
  lockStock: async (products) => {
    const rows = await tx
      .selectFrom('products')
      .select(['product_id', 'quantity', 'reserved'])
      .where('product_id', 'in', [...products])
      // Two orders take their products in one order, so neither waits for what the other holds.
      .orderBy('product_id')
      .forUpdate()
      .execute();
    return new Map(rows.map(({ product_id, ...stock }) => [product_id, stock]));
  },
  setStock: async (product, stock) =>
    void (await tx.updateTable('products').set(stock).where('product_id', '=', product).execute()),
  reservation: (orderId) =>
    tx.selectFrom('reservations').select(['state', 'items']).where('order_id', '=', orderId).executeTakeFirst(),
  setReservation: async (orderId, { state, items }) =>
    void (await tx
      .insertInto('reservations')
      .values({ order_id: orderId, state, items: JSON.stringify(items) })
      .onConflict((conflict) => conflict.column('order_id').doUpdateSet({ state }))
      .execute()),
  emit,
});

const productOf = (row: Selectable<InventoryTables['products']>): Product => ({
  productId: row.product_id,
  name: row.name,
  price: { minor_units: row.minor_units, currency: row.currency },
  quantity: row.quantity,
  reserved: row.reserved,
});

export const productRepository = (db: Kysely<InventoryTables & KernelTables>): ProductRepository => ({
  find: async (productId) => {
    const row = await db.selectFrom('products').selectAll().where('product_id', '=', productId).executeTakeFirst();
    return row && productOf(row);
  },
  list: async ({ after = '', limit }) =>
    (
      await db
        .selectFrom('products')
        .selectAll()
        .where('product_id', '>', after)
        .orderBy('product_id')
        .limit(limit)
        .execute()
    ).map(productOf),
  setQuantity: async (productId, quantity) => {
    const { numUpdatedRows } = await db
      .updateTable('products')
      .set({ quantity })
      .where('product_id', '=', productId)
      .where('reserved', '<=', quantity)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  },
});
