import { readPage, type Page, type PageRequest } from '../../shared/http/page.ts';
import { Problem } from '../../shared/http/problem.ts';
import type { Stock } from './stock.ts';

export interface Product extends Stock {
  readonly productId: string;
  readonly name: string;
  readonly price: { readonly minor_units: number; readonly currency: string };
}

/** Products, by their ids. */
export interface ProductRepository {
  readonly find: (productId: string) => Promise<Product | undefined>;
  readonly list: (part: { readonly after: string | undefined; readonly limit: number }) => Promise<readonly Product[]>;
  /** Changes how many there are, if orders do not hold more. @returns whether it did */
  readonly setQuantity: (productId: string, quantity: number) => Promise<boolean>;
}

/** @throws Problem 404 for a product that nobody sells */
export async function showProduct(products: ProductRepository, productId: string): Promise<Product> {
  const product = await products.find(productId);
  if (product === undefined) throw new Problem(404, 'There is no such product.', { type: 'not-found' });
  return product;
}

export const listProducts = (products: ProductRepository, page: PageRequest): Promise<Page<Product>> =>
  readPage(
    'products',
    page,
    (after, limit) => products.list({ after, limit }),
    ({ productId }) => productId,
  );

/** @throws Problem 404 for a product that nobody sells, 409 when orders hold more pieces than that */
export async function setStock(products: ProductRepository, productId: string, quantity: number): Promise<Product> {
  if (await products.setQuantity(productId, quantity)) return showProduct(products, productId);
  await showProduct(products, productId);
  throw new Problem(409, 'Orders hold more pieces than that.', { type: 'stock-reserved' });
}
