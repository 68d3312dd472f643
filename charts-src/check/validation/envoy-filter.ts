import type { EnvoyConfigMatch, EnvoyConfigPatch, EnvoyFilterMatch, EnvoyFilterSpec } from '../../imports/istio.ts';
import { own } from '../../model/own.ts';
import type { Path } from '../../model/schema.ts';
import { byteLength } from './byte-length.ts';
import { OLD_FILTER_NAMES } from './old-filter-names.ts';
import { refused, warned, type Objections } from './objection.ts';
import { re2Problem } from './re2.ts';

/** Patches of what Istio tells Envoy. What a patch holds is not judged: that takes the whole API of Envoy. */
export function* envoyFilter({ configPatches = [] }: EnvoyFilterSpec): Objections {
  for (const [index, patch] of configPatches.entries())
    // What is for waypoints, the webhook does not look at.
    if (patch.match?.context !== 'WAYPOINT') yield* configPatch(['spec', 'configPatches', index], patch);
}

function* configPatch(at: Path, { applyTo = 'INVALID', match, patch }: EnvoyConfigPatch): Objections {
  if (applyTo === 'INVALID')
    return yield refused(
      [...at, 'applyTo'],
      'the patch does not say what it applies to',
      'add "applyTo", such as HTTP_FILTER',
    );
  if (patch === undefined)
    return yield refused([...at, 'patch'], 'there is no patch', 'add "patch" with operation and value');
  const { operation = 'INVALID', value } = patch;
  if (operation === 'INVALID')
    return yield refused([...at, 'patch', 'operation'], 'the patch has no operation', 'add "operation", such as MERGE');
  if (operation !== 'REMOVE' && value === undefined)
    return yield refused(
      [...at, 'patch', 'value'],
      `the operation ${operation} has no value`,
      'add "value", or write operation: REMOVE',
    );
  if (match !== undefined) {
    yield* proxyVersion([...at, 'match', 'proxy', 'proxyVersion'], match.proxy?.proxyVersion);
    yield* objectMatch([...at, 'match'], match, applyTo);
  }
}

const MAX_VERSION_BYTES = 1024;

function* proxyVersion(at: Path, expression = ''): Objections {
  if (expression === '') return;
  if (byteLength(expression) > MAX_VERSION_BYTES)
    return yield warned(
      at,
      `the expression has more than ${MAX_VERSION_BYTES} bytes`,
      'Istio does not read it',
      'shorten it',
    );
  const problem = re2Problem(expression);
  if (problem !== undefined)
    yield refused(at, `"${expression}" is no regular expression of RE2: ${problem}`, 'write one such as "^1\\.31.*"');
}

/** Which part of a match goes with what is patched. */
const MATCHES: Readonly<
  Partial<Record<NonNullable<EnvoyConfigPatch['applyTo']>, 'listener' | 'routeConfiguration' | 'cluster'>>
> = {
  LISTENER: 'listener',
  FILTER_CHAIN: 'listener',
  NETWORK_FILTER: 'listener',
  HTTP_FILTER: 'listener',
  ROUTE_CONFIGURATION: 'routeConfiguration',
  VIRTUAL_HOST: 'routeConfiguration',
  HTTP_ROUTE: 'routeConfiguration',
  CLUSTER: 'cluster',
};

function* objectMatch(
  at: Path,
  match: EnvoyConfigMatch,
  applyTo: NonNullable<EnvoyConfigPatch['applyTo']>,
): Objections {
  const wanted = MATCHES[applyTo];
  if (wanted === undefined) return;
  const other = (['listener', 'routeConfiguration', 'cluster', 'waypoint'] as const).find(
    (field) => field !== wanted && match[field] !== undefined,
  );
  if (other !== undefined)
    return yield refused(
      [...at, other],
      `the patch applies to ${applyTo}, and the match is on ${other}`,
      `write "${wanted}" instead`,
    );
  const filter = match.listener?.filterChain?.filter;
  if (wanted === 'listener' && filter !== undefined)
    yield* filterMatch([...at, 'listener', 'filterChain', 'filter'], filter, applyTo);
}

const CONNECTION_MANAGER = ['envoy.filters.network.http_connection_manager', 'envoy.http_connection_manager'];

function* filterMatch(at: Path, { name = '', subFilter }: EnvoyFilterMatch, applyTo: string): Objections {
  if (applyTo === 'LISTENER' || applyTo === 'FILTER_CHAIN')
    yield warned(
      at,
      `the match is on a filter, and the patch applies to ${applyTo}`,
      'it has no effect',
      'leave it out',
    );
  if (name === '') return yield refused([...at, 'name'], 'the filter to match has no name', 'name it');
  yield* oldName([...at, 'name'], name);
  if (subFilter === undefined) return;
  if (applyTo !== 'HTTP_FILTER')
    yield refused(
      [...at, 'subFilter'],
      `the match is on a filter of HTTP, and the patch applies to ${applyTo}`,
      'write applyTo: HTTP_FILTER, or leave it out',
    );
  else if (!CONNECTION_MANAGER.includes(name))
    yield refused(
      [...at, 'name'],
      `filters of HTTP lie in the connection manager, and "${name}" is not it`,
      `write "${CONNECTION_MANAGER[0]}"`,
    );
  else if ((subFilter.name ?? '') === '')
    yield refused([...at, 'subFilter', 'name'], 'the filter to match has no name', 'name it');
  else yield* oldName([...at, 'subFilter', 'name'], subFilter.name ?? '');
}

function* oldName(at: Path, name: string): Objections {
  const newName = own(OLD_FILTER_NAMES, name);
  if (newName !== undefined)
    yield warned(
      at,
      `"${name}" is an old name of a filter`,
      'newer proxies know it by another one only',
      `write "${newName}"`,
    );
}
