import { priceList } from '../../inventory/contract/price-list.ts';
import type { Money } from './bank.ts';

const prices: Readonly<Record<string, { readonly price: Money } | undefined>> = priceList;

/** What an order costs; undefined when a product has no price, because nobody sells it. */
export function priceOf(
  items: readonly { readonly product_id: string; readonly quantity: number }[],
): Money | undefined {
  let total = 0;
  for (const { product_id, quantity } of items) {
    const entry = Object.hasOwn(prices, product_id) ? prices[product_id] : undefined;
    if (entry === undefined) return undefined;
    total += entry.price.minor_units * quantity;
  }
  return { minor_units: total, currency: 'EUR' };
}
