import { selects, type Labels } from './labels.ts';

/** Finds the selectors that labels answer to, without looking at all of them. */
export class SelectorIndex<T> {
  readonly #selectsAll: Entry<T>[] = [];
  /** By the first label that a selector asks for. */
  readonly #byPair = new Map<string, Entry<T>[]>();

  constructor(items: Iterable<T>, selectorOf: (item: T) => Labels) {
    let order = 0;
    for (const item of items) {
      const entry = { item, selector: selectorOf(item), order: order++ };
      const [first] = Object.entries(entry.selector);
      if (first === undefined) {
        this.#selectsAll.push(entry);
        continue;
      }
      const pair = pairOf(...first);
      const list = this.#byPair.get(pair);
      if (list) list.push(entry);
      else this.#byPair.set(pair, [entry]);
    }
  }

  /** Those whose labels are all there, in the order in which they were given; selectors without labels among them. */
  matching(labels: Labels): readonly T[] {
    const found = [...this.#selectsAll];
    for (const [key, value] of Object.entries(labels))
      for (const entry of this.#byPair.get(pairOf(key, value)) ?? [])
        if (selects(entry.selector, labels)) found.push(entry);
    return found.sort((one, other) => one.order - other.order).map(({ item }) => item);
  }
}

interface Entry<T> {
  readonly item: T;
  readonly selector: Labels;
  readonly order: number;
}

const pairOf = (key: string, value: string): string => `${key}=${value}`;
