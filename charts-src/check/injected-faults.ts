/** A fault with its share of the requests. */
interface Fault {
  readonly percentage?: { readonly value?: number };
  /** The old field of a delay, whole per cent. */
  readonly percent?: number;
}

/** Per cent of the requests that a fault is injected into; 0 where it says nothing. Source: Istio's TranslateFault */
export function shareOf(fault: Fault | undefined): number {
  if (fault === undefined) return 0;
  return fault.percentage === undefined ? (fault.percent ?? 0) : (fault.percentage.value ?? 0);
}

/** Whether a fault says how many requests it is for: without it is for none. */
export const saysShare = ({ percentage, percent }: Fault): boolean =>
  percentage === undefined ? percent !== undefined : percentage.value !== undefined;
