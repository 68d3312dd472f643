import { actionOf } from '../../graph/policies.ts';
import { rulesOf } from '../authorization-conditions.ts';
import { listNames } from '../mesh-presence.ts';
import type { Rule } from '../rule.ts';

/** A DENY policy whose path or host can be written in another way, which it does not refuse. */
export const denyBypass = {
  code: 'W217',
  name: 'deny-bypass',
  severity: 'warning',
  summary: 'What a DENY policy refuses can be asked for in another spelling.',
  reads: ['AuthorizationPolicy'],
  *check(graph) {
    for (const policy of graph.of('AuthorizationPolicy')) {
      if (actionOf(policy) !== 'DENY') continue;
      const rules = rulesOf(policy);
      const denied = new Set(rules.flatMap(({ all }) => valuesOf(all, 'request.path')));
      const hosts = new Set(rules.flatMap(({ all }) => valuesOf(all, 'request.host')));
      for (const { all } of rules)
        for (const { attribute, values, at } of all) {
          const found =
            attribute === 'request.path'
              ? values.map((path) => ({ value: path, way: wayAroundPath(path, denied) }))
              : attribute === 'request.host'
                ? values.map((host) => ({ value: host, way: wayAroundHost(host, hosts) }))
                : [];
          const open = found.filter(({ way }) => way !== undefined);
          const [first] = open;
          if (first === undefined) continue;
          yield {
            manifest: policy.manifest,
            at: [...at, values.indexOf(first.value)],
            message: `${listNames(open.map(({ value, way }) => `"${value}" does not refuse "${way ?? ''}"`))}, which most ${attribute === 'request.path' ? 'applications answer' : 'clients may send'} just the same`,
            fix: `add ${listNames(open.map(({ value }) => `"${addition(attribute, value)}"`))}; safer still: deny by default and allow what is meant`,
          };
        }
    }
  },
} satisfies Rule;

const valuesOf = (
  all: readonly { readonly attribute: string; readonly values: readonly string[] }[],
  wanted: string,
): readonly string[] => all.flatMap(({ attribute, values }) => (attribute === wanted ? values : []));

/** A path that a server takes for the same one and that the policy does not name. */
function wayAroundPath(path: string, denied: ReadonlySet<string>): string | undefined {
  const names = (...paths: readonly string[]): boolean => paths.some((other) => denied.has(other));
  if (path.endsWith('/*')) {
    const folder = path.slice(0, -2);
    return folder === '' || folder.includes('{') || names(folder, `${folder}*`) ? undefined : folder;
  }
  if (/[*{?]/.test(path) || path === '/' || path === '' || !path.startsWith('/')) return undefined;
  // A file has no children, and servers rarely answer its name with a slash behind it.
  if (/\.\w+$/.test(path)) return undefined;
  if (path.endsWith('/')) return names(path.slice(0, -1), `${path.slice(0, -1)}*`) ? undefined : path.slice(0, -1);
  return names(`${path}/`, `${path}/*`, `${path}*`, `${path}/{**}`, '*', '/*') || coveredByPrefix(path, denied)
    ? undefined
    : `${path}/`;
}

const coveredByPrefix = (path: string, denied: ReadonlySet<string>): boolean =>
  [...denied].some((other) => other.endsWith('*') && `${path}/`.startsWith(other.slice(0, -1)));

/** The same host with its port, as clients send it for any port but 80 and 443. */
const wayAroundHost = (host: string, denied: ReadonlySet<string>): string | undefined =>
  host.includes('*') || host.includes(':') || denied.has(`${host}:*`) || denied.has(`${host}*`)
    ? undefined
    : `${host}:8080`;

const addition = (attribute: string, value: string): string => {
  if (attribute === 'request.host') return `${value}:*`;
  if (value.endsWith('/*')) return value.slice(0, -2);
  return value.endsWith('/') ? value.slice(0, -1) : `${value}/*`;
};
