import { own } from '../model/own.ts';
import type { LabelSelectorSpec } from './shapes.ts';

/** Labels of an object or of pods. */
export type Labels = Readonly<Record<string, string>>;

/** Whether every label of a selector is there; a selector without labels selects all. */
export function selects(selector: Labels, labels: Labels): boolean {
  for (const key in selector) if (labels[key] !== selector[key]) return false;
  return true;
}

/** Whether a selector of Kubernetes with labels and expressions selects; without either it selects all.
 * Source: LabelSelector of meta/v1 */
export const selectorMatches = (selector: LabelSelectorSpec, labels: Labels): boolean =>
  selects(selector.matchLabels ?? {}, labels) &&
  (selector.matchExpressions ?? []).every(({ key = '', operator, values = [] }) => {
    const value = own(labels, key);
    switch (operator) {
      case 'In':
        return value !== undefined && values.includes(value);
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
      default:
        return false;
    }
  });

/** Finds things by their labels without looking at all of them. */
export class LabelIndex<T> {
  readonly #all: T[] = [];
  readonly #byPair = new Map<string, T[]>();

  readonly #labelsOf: (item: T) => Labels;

  constructor(items: Iterable<T>, labelsOf: (item: T) => Labels) {
    this.#labelsOf = labelsOf;
    for (const item of items) this.#add(item);
  }

  #add(item: T): void {
    this.#all.push(item);
    for (const [key, value] of Object.entries(this.#labelsOf(item))) {
      const pair = pairOf(key, value);
      const found = this.#byPair.get(pair);
      if (found) found.push(item);
      else this.#byPair.set(pair, [item]);
    }
  }

  /** All whose labels hold those of the selector; all of them for a selector without labels. */
  select(selector: Labels): readonly T[] {
    let rarest: readonly T[] = this.#all;
    for (const [key, value] of Object.entries(selector)) {
      const found = this.#byPair.get(pairOf(key, value)) ?? [];
      if (found.length < rarest.length) rarest = found;
    }
    return rarest.filter((item) => selects(selector, this.#labelsOf(item)));
  }
}

const pairOf = (key: string, value: string): string => `${key}=${value}`;
