import type { Headers, HTTPRoute, VirtualServiceSpec } from '../../imports/istio.ts';
import { show, type Path } from '../../model/schema.ts';
import { headerValueProblem, isAuthorityHeader, isReservedHeader } from './header-syntax.ts';
import { refused, type Objections } from './objection.ts';

/** Headers that a rule adds, sets and removes. */
export function* routeHeaders({ http = [] }: VirtualServiceSpec): Objections {
  for (const [index, rule] of http.entries()) {
    const at = ['spec', 'http', index];
    yield* operations([...at, 'headers'], rule.headers);
    for (const [destination, { headers }] of (rule.route ?? []).entries())
      yield* operations([...at, 'route', destination, 'headers'], headers);
    yield* authority(at, rule);
  }
}

function* operations(at: Path, headers: Headers = {}): Objections {
  for (const direction of ['request', 'response'] as const) {
    const { add = {}, set = {}, remove = [] } = headers[direction] ?? {};
    for (const [field, values] of Object.entries({ add, set }))
      for (const [name, value] of Object.entries(values)) {
        const path = [...at, direction, field, name];
        // The host of a request may be set; that of a response does not exist.
        if (direction === 'response' || !isAuthorityHeader(name)) yield* headerName(path, name);
        const problem = headerValueProblem(value);
        if (problem !== undefined)
          yield refused(
            path,
            `the value ${show(value)} ${problem}`,
            'write "%%" for a per cent sign, "%NAME%" for a variable',
          );
      }
    for (const [index, name] of remove.entries()) yield* headerName([...at, direction, 'remove', index], name);
  }
}

function* headerName(at: Path, name: string): Objections {
  if (name === '') yield refused(at, 'the name of the header is empty', 'name a header');
  else if (isReservedHeader(name))
    yield refused(
      at,
      `"${name}" is a header that proxies keep to themselves`,
      'use "rewrite" for the host and the path',
    );
}

/** The host of a request can be changed in one place only. */
function* authority(at: Path, { rewrite, headers }: HTTPRoute): Objections {
  let current = rewrite?.authority ?? '';
  for (const field of ['set', 'add'] as const)
    for (const [name, value] of Object.entries(headers?.request?.[field] ?? {})) {
      if (!isAuthorityHeader(name)) continue;
      if (current !== '')
        return yield refused(
          [...at, 'headers', 'request', field, name],
          `the host of the request is changed to "${current}" and to "${value}"`,
          'change it in one place: "rewrite.authority"',
        );
      current = value;
    }
}
