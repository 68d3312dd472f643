/**
 * How exactly an address or a block of addresses covers an address: the number of its bits that fit; undefined when it
 * does not. `10.0.0.0/8` covers `10.1.2.3` by 8.
 */
export function addressCovers(block: string, address: string): number | undefined {
  const [base = '', length] = block.split('/');
  const [wanted, found] = [bitsOf(base), bitsOf(address)];
  if (wanted === undefined || found === undefined || wanted.length !== found.length) return undefined;
  const bits = length === undefined ? wanted.length : Number(length);
  return wanted.slice(0, bits) === found.slice(0, bits) ? bits : undefined;
}

/** Whether every address of a block is in one of several blocks: two halves cover a whole. */
export function blocksCover(blocks: readonly string[], block: string): boolean {
  const wanted = prefixOf(block);
  const given = blocks.map(prefixOf).filter((one) => one !== undefined);
  return wanted !== undefined && prefixesCover(given, wanted);
}

/** Whether no address is in both blocks. False for what is no block. */
export function blocksAreApart(one: string, other: string): boolean {
  const [left, right] = [prefixOf(one), prefixOf(other)];
  return left !== undefined && right !== undefined && !left.startsWith(right) && !right.startsWith(left);
}

const prefixesCover = (given: readonly string[], wanted: string): boolean =>
  given.some((one) => wanted.startsWith(one)) ||
  (given.some((one) => one.startsWith(wanted)) &&
    prefixesCover(given, `${wanted}0`) &&
    prefixesCover(given, `${wanted}1`));

/** The bits that all addresses of a block begin with, behind the version of their protocol. */
function prefixOf(block: string): string | undefined {
  const [base = '', length] = block.split('/');
  const bits = bitsOf(base);
  return bits && `${base.includes(':') ? 6 : 4}:${length === undefined ? bits : bits.slice(0, Number(length))}`;
}

function bitsOf(address: string): string | undefined {
  const bare = address.replace(/^\[|\]$/g, '');
  return bare.includes(':') ? bitsOfV6(bare) : bitsOfV4(bare);
}

function bitsOfV4(address: string): string | undefined {
  const parts = address.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
  return parts.map((part) => part.toString(2).padStart(8, '0')).join('');
}

function bitsOfV6(address: string): string | undefined {
  const [head = '', tail] = address.split('::');
  const groups = (text: string): readonly string[] => text.split(':').filter((group) => group !== '');
  const [first, last] = [groups(head), groups(tail ?? '')];
  const filled = tail === undefined ? [] : Array.from({ length: 8 - first.length - last.length }, () => '0');
  const all = [...first, ...filled, ...last].map((group) => Number.parseInt(group, 16));
  if (all.length !== 8 || all.some((group) => !(group >= 0 && group <= 0xffff))) return undefined;
  return all.map((group) => group.toString(2).padStart(16, '0')).join('');
}
