/** What the shop sells, and for how much. Payment charges by the same list that inventory shows. */
export const priceList = {
  'coffee-beans-1kg': { name: 'Coffee beans, 1 kg', price: { minor_units: 1_490, currency: 'EUR' } },
  'espresso-machine': { name: 'Espresso machine', price: { minor_units: 129_900, currency: 'EUR' } },
  'mug-white': { name: 'Mug, white', price: { minor_units: 890, currency: 'EUR' } },
  'tea-green-100g': { name: 'Green tea, 100 g', price: { minor_units: 650, currency: 'EUR' } },
} as const satisfies Record<
  string,
  { readonly name: string; readonly price: { readonly minor_units: number; readonly currency: 'EUR' } }
>;
