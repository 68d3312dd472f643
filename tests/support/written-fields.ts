const SUFFIXES = new Map(
  Object.entries({
    '': 1,
    m: 1e-3,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
  }),
);

const quantity = (value: unknown): number | undefined => {
  const [, number, suffix] = /^([0-9.]+)(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(String(value)) ?? [];
  const factor = SUFFIXES.get(suffix ?? '');
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
};

/** Below these the server writes an amount in its own way: 1000m as 1, 1024Mi as 1Gi. */
const HOLDS_QUANTITIES = /\.(limits|requests|hard|capacity)\.[^.]+$|\.(averageValue|sizeLimit|divisor)$/;

const isSameAmount = (path: string, one: unknown, other: unknown): boolean => {
  if (!HOLDS_QUANTITIES.test(path)) return false;
  const amount = quantity(one);
  return amount !== undefined && amount === quantity(other);
};

const isGoZero = (value: unknown): boolean =>
  value === false ||
  value === 0 ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** How what was written is compared with what the server keeps. */
export interface WrittenFieldsOptions {
  /**
   * Kubernetes' own kinds leave out fields that hold Go's zero value (false, 0, '', [] and {}); a kind from a CRD keeps what
   * was written.
   */
  readonly dropsZeroValues: boolean;
}

/** What was written and is not there, or is there with another value. What the server added is not looked at. */
export const lostFields = (
  written: unknown,
  stored: unknown,
  options: WrittenFieldsOptions,
  path = '',
): readonly string[] => {
  if (stored === undefined && options.dropsZeroValues && isGoZero(written)) return [];
  if (isRecord(written) && isRecord(stored)) {
    return Object.entries(written).flatMap(([key, value]) => lostFields(value, stored[key], options, `${path}.${key}`));
  }
  if (Array.isArray(written) && Array.isArray(stored) && written.length === stored.length) {
    return written.flatMap((value, index) => lostFields(value, stored[index], options, `${path}[${index}]`));
  }
  if (Object.is(written, stored) || isSameAmount(path, written, stored)) return [];
  return [`${path}: wrote ${JSON.stringify(written)}, stored ${JSON.stringify(stored)}`];
};
