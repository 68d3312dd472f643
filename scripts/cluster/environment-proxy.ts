import { BlockList, isIP } from 'node:net';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for a server; undefined: none. HTTPS_PROXY, HTTP_PROXY and NO_PROXY mean what they
 * mean to kubectl. Source: https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
 */
export function environmentProxy(server: URL, env: Environment): string | undefined {
  const isPlain = server.protocol === 'http:';
  const named = (name: string): string => env[name] || env[name.toLowerCase()] || '';
  const proxy = named(isPlain ? 'HTTP_PROXY' : 'HTTPS_PROXY');
  const host = server.hostname.replaceAll(/^\[|\]$/g, '');
  const port = server.port || (isPlain ? '80' : '443');
  const exceptions = named('NO_PROXY').split(',');
  if (proxy === '' || isOwnMachine(host) || exceptions.some((one) => excepts(one.trim().toLowerCase(), host, port)))
    return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

const isOwnMachine = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);

/** Whether an entry of NO_PROXY means this host: `*`, an address or a network, a domain with all below it, with or without port. */
function excepts(entry: string, host: string, port: string): boolean {
  if (entry === '' || entry === '*') return entry === '*';
  const [address = '', bits] = entry.split('/');
  if (bits !== undefined) return isIn(address, Number(bits), host);
  if (isIP(entry) !== 0) return entry === host;
  const [, name = '', ofPort = port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? [];
  if (ofPort !== port) return false;
  if (isIP(name) !== 0) return name === host;
  const domain = name.replace(/^\*?\./, '');
  return host.endsWith(`.${domain}`) || (host === domain && domain === name);
}

function isIn(address: string, bits: number, host: string): boolean {
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || !(bits >= 0 && bits <= (family === 4 ? 32 : 128))) return false;
  const network = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  network.addSubnet(address, bits, type);
  return network.check(host, type);
}
