import { readContract } from '../../shared/http/contract.ts';
import { routes, type Routes } from '../../shared/http/routes.ts';
import { listProducts, setStock, showProduct, type Product, type ProductRepository } from '../business/products.ts';
import type { operations } from '../contract/openapi.d.ts';

const shown = ({ productId, name, price, quantity, reserved }: Product) => ({
  product_id: productId,
  name,
  price,
  available: quantity - reserved,
});

const stockOf = ({ productId, quantity, reserved }: Product) => ({ product_id: productId, quantity, reserved });

/** The contract of inventory-service. */
export const inventoryRoutes = (products: ProductRepository): Routes =>
  routes<operations>(readContract('inventory'), {
    listProducts: async ({ query }) => {
      const { items, ...next } = await listProducts(products, query);
      return { status: 200, body: { products: items.map(shown), ...next } };
    },
    getProduct: async ({ path }) => ({ status: 200, body: shown(await showProduct(products, path.product_id)) }),
    getStock: async ({ path }) => ({ status: 200, body: stockOf(await showProduct(products, path.product_id)) }),
    setStock: async ({ path, body }) => ({
      status: 200,
      body: stockOf(await setStock(products, path.product_id, body.quantity)),
    }),
  });
