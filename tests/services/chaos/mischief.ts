/** Somebody who plays with messages: some come again later, some in another order. */
export interface Mischief {
  readonly counts: { readonly doubled: number; readonly reordered: number };
  /** Changes the order of what waits for a service that is down. */
  shuffle(queue: string): Promise<void>;
  stop(): Promise<void>;
}
