/** An amount in the smallest unit of its currency. */
export interface Money {
  readonly minor_units: number;
  readonly currency: string;
}

export type Charge = { readonly outcome: 'accepted' } | { readonly outcome: 'refused'; readonly reason: string };

/**
 * Who moves the money. The key makes a call that is repeated the same call, as real payment providers have it: a service
 * that dies between the bank's answer and its own transaction asks again, and nobody pays twice.
 */
export interface Bank {
  readonly charge: (key: string, amount: Money) => Promise<Charge>;
  /** Gives back what was taken under this key; where nothing was, it is done. */
  readonly refund: (key: string) => Promise<void>;
}

/** The most that the demo's bank takes at once: 5,000.00. Four espresso machines are more than that. */
export const CARD_LIMIT_MINOR_UNITS = 500_000;

/** A bank without money: it refuses every amount above the card's limit, and nothing else. */
export const demoBank: Bank = {
  charge: async (_key, { minor_units }) =>
    minor_units > CARD_LIMIT_MINOR_UNITS
      ? { outcome: 'refused', reason: 'The amount is above the limit of the card.' }
      : { outcome: 'accepted' },
  refund: async () => {},
};
