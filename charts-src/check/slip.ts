import { closest, editDistance } from '../model/closest.ts';

/** Among very many names one is near by chance, and looking for it takes long. */
const MAX_COMPARED = 200;

/**
 * The name of which another one is a slip of the pen: one or two letters wrong, and not only digits, since `orders-v1`
 * and `orders-v2` are two names. Undefined where none is so near that nothing else can be meant.
 */
export function slipOf(name: string, names: ReadonlySet<string>): string | undefined {
  if (name.length < 4 || names.size > MAX_COMPARED || names.has(name)) return undefined;
  const meant = closest(name, [...names]);
  if (meant === undefined || editDistance(name, meant) > (name.length < 8 ? 1 : 2)) return undefined;
  return withoutDigits(meant) === withoutDigits(name) ? undefined : meant;
}

const withoutDigits = (text: string): string => text.replace(/\d+/g, '');
