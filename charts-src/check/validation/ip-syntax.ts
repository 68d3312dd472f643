// IP addresses and subnets as Go's netip reads them: strictly, so `010.0.0.1` is none.

const IPV4_PART = /^(?:0|[1-9]\d{0,2})$/;

/** Whether it is an IPv4 or IPv6 address, the latter with or without a zone. */
export function isIp(text: string): boolean {
  if (!text.includes(':')) return isIpv4(text);
  const percent = text.indexOf('%');
  if (percent === -1) return isIpv6(text);
  return percent < text.length - 1 && isIpv6(text.slice(0, percent));
}

/** Whether it is an address and a length, such as `10.0.0.0/8`. */
export function isSubnet(text: string): boolean {
  const slash = text.lastIndexOf('/');
  if (slash === -1) return false;
  const [address, bits] = [text.slice(0, slash), text.slice(slash + 1)];
  if (!IPV4_PART.test(bits) || address.includes('%') || !isIp(address)) return false;
  return Number(bits) <= (address.includes(':') ? 128 : 32);
}

/** Whether it is an address, or with one "/" a subnet. */
export const isIpOrSubnet = (text: string): boolean => (text.includes('/') ? isSubnet(text) : isIp(text));

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => IPV4_PART.test(part) && Number(part) <= 255);
}

function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const [before, after] = halves;
  const groups = [...groupsOf(before), ...groupsOf(after)];
  const lastIsIpv4 = groups.at(-1)?.includes('.') === true;
  // An IPv4 address can only be the end, and then takes the room of two groups.
  const hex = lastIsIpv4 ? groups.slice(0, -1) : groups;
  if (lastIsIpv4 && (!isIpv4(groups.at(-1) ?? '') || text.endsWith('::'))) return false;
  if (!hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = hex.length + (lastIsIpv4 ? 2 : 0);
  return halves.length === 2 ? count <= 7 : count === 8;
}

const groupsOf = (half: string | undefined): string[] => (half === undefined || half === '' ? [] : half.split(':'));
