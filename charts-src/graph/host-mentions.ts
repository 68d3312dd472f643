import { own } from '../model/own.ts';

/** A host that a text names. */
export interface HostMention {
  /** In lower case, as it is written: `users`, `users.shop`, `10.0.0.7`. */
  readonly host: string;
  readonly port: number | undefined;
  /** Scheme of the URL, without `jdbc:`; undefined for a bare host. */
  readonly scheme: string | undefined;
  /** First part of the path, or what a connection text calls the database. */
  readonly path: string | undefined;
}

/** Ports that go without saying. */
const PORTS: Readonly<Record<string, number>> = {
  http: 80,
  ws: 80,
  https: 443,
  wss: 443,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  mariadb: 3306,
  mongodb: 27017,
  redis: 6379,
  sqlserver: 1433,
  amqp: 5672,
  nats: 4222,
};

const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.?$/i;

/**
 * Hosts that a value names: URLs, `host:port`, lists of them, and texts such as `host=db dbname=orders` or
 * `user@tcp(db:3306)/orders`. A bare name counts only where the name of the variable says that it is a host.
 */
export function hostsIn(value: string, isNamedHost: boolean): readonly HostMention[] {
  const assigned = assignments(value);
  if (assigned) return [assigned];
  return value.split(/[\s,;|]+/).flatMap((piece) => mention(piece, isNamedHost) ?? []);
}

/** Hosts of the URLs in a longer text, such as a file. */
export function hostsOfUrlsIn(text: string): readonly HostMention[] {
  const found: HostMention[] = [];
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    let start = at;
    while (start > 0 && at - start < MAX_SCHEME && /[a-z0-9+.:-]/i.test(text[start - 1] ?? '')) start--;
    const rest = /^[^\s"'<>,;()\]}`]+/.exec(text.slice(at + 3, at + 3 + MAX_URL))?.[0] ?? '';
    const url = mention(`${text.slice(start, at)}://${rest}`, false);
    if (url) found.push(url);
  }
  return found;
}

const MAX_SCHEME = 24;
const MAX_URL = 300;

function mention(piece: string, isNamedHost: boolean): HostMention | undefined {
  const text = piece.replace(/^["'`]+|["'`]+$/g, '').replace(/^--?[\w.-]+=/, '');
  const split = text.indexOf('://');
  if (split === 0) return undefined;
  const scheme = split < 0 ? undefined : text.slice(0, split).toLowerCase().split(':').at(-1);
  const afterScheme = split < 0 ? text : text.slice(split + 3);
  const go = /^[^@]*@tcp\(([^)]+)\)(.*)$/.exec(afterScheme);
  const rest = go ? `${go[1] ?? ''}${go[2] ?? ''}` : afterScheme;
  const slash = rest.search(/[/?#]/);
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const [name = '', digits, ...others] = authority.slice(authority.lastIndexOf('@') + 1).split(':');
  if (others.length > 0 || !HOST.test(name) || !(digits === undefined || /^\d{1,5}$/.test(digits))) return undefined;
  // Without a scheme and without a port, most words are no hosts.
  if (scheme === undefined && digits === undefined && !isNamedHost && !go) return undefined;
  const path = slash < 0 ? undefined : /^\/([^/?#;]+)/.exec(rest.slice(slash))?.[1];
  return {
    host: name.toLowerCase().replace(/\.$/, ''),
    port: digits === undefined ? (scheme === undefined ? undefined : own(PORTS, scheme)) : Number(digits),
    scheme,
    path,
  };
}

/** `Host=db;Port=5432;Database=orders`, or the same with spaces. */
function assignments(value: string): HostMention | undefined {
  if (value.includes('://') || !/=/.test(value)) return undefined;
  const pairs = new Map(
    value.split(value.includes(';') ? ';' : /\s+/).flatMap((part): [string, string][] => {
      const at = part.indexOf('=');
      return at < 0
        ? []
        : [
            [
              part.slice(0, at).trim().toLowerCase(),
              part
                .slice(at + 1)
                .trim()
                .replace(/^tcp:/, ''),
            ],
          ];
    }),
  );
  const first = (...keys: readonly string[]) => keys.map((key) => pairs.get(key)).find((found) => found !== undefined);
  const [name = '', port] = (first('host', 'server', 'data source', 'addr', 'address') ?? '').split(/[:,]/);
  const number = first('port') ?? port;
  const path = first('dbname', 'database', 'initial catalog');
  if (!HOST.test(name) || (path === undefined && number === undefined)) return undefined;
  return {
    host: name.toLowerCase(),
    port: number !== undefined && /^\d{1,5}$/.test(number) ? Number(number) : undefined,
    scheme: undefined,
    path,
  };
}
