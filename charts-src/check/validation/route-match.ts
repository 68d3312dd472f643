import type { HTTPMatchRequest, StringMatch, VirtualServiceSpec } from '../../imports/istio.ts';
import { show, type Path } from '../../model/schema.ts';
import { gatewayNames } from './gateway-names.ts';
import { isClaimName, isMatchableHeader } from './header-syntax.ts';
import { isDnsLabel } from './label-syntax.ts';
import { labels } from './labels.ts';
import { refused, type Objections } from './objection.ts';
import { portNumber } from './port-number.ts';
import { regularExpression } from './regular-expression.ts';
import { appliesToMesh } from './virtual-service-hosts.ts';

/** Which requests a rule of HTTP takes. */
export function* routeMatch(spec: VirtualServiceSpec): Objections {
  for (const [rule, { match = [] }] of (spec.http ?? []).entries())
    for (const [index, request] of match.entries()) {
      const at = ['spec', 'http', rule, 'match', index];
      yield* requestMatch(at, request);
      if (appliesToMesh(spec)) yield* claims(at, request);
    }
}

function* requestMatch(at: Path, match: HTTPMatchRequest): Objections {
  yield* pattern([...at, 'uri'], match.uri);
  for (const field of ['scheme', 'method', 'authority'] as const) yield* nonEmpty([...at, field], match[field]);
  for (const [name, value] of Object.entries(match.queryParams ?? {}))
    yield* nonEmpty([...at, 'queryParams', name], value);
  for (const [name, value] of Object.entries(match.headers ?? {})) {
    yield* headerName([...at, 'headers', name], name);
    yield* nonEmpty([...at, 'headers', name], value);
  }
  for (const [name, value] of Object.entries(match.withoutHeaders ?? {})) {
    yield* headerName([...at, 'withoutHeaders', name], name);
    // Here "*" is no expression: it stands for "is there".
    if (value.regex !== '*') yield* nonEmpty([...at, 'withoutHeaders', name], value);
  }
  if (match.port !== undefined && match.port !== 0) yield* portNumber([...at, 'port'], match.port);
  yield* labels([...at, 'sourceLabels'], match.sourceLabels);
  yield* gatewayNames([...at, 'gateways'], match.gateways);
  yield* namespaceName([...at, 'sourceNamespace'], match.sourceNamespace);
}

function* namespaceName(at: Path, namespace = ''): Objections {
  if (namespace !== '' && !isDnsLabel(namespace))
    yield refused(at, `"${namespace}" is no name of a namespace`, 'write the namespace of the client');
}

function* headerName(at: Path, name: string): Objections {
  if (!isMatchableHeader(name))
    yield refused(
      at,
      `${show(name)} is no name of a header`,
      'write a header such as "x-user", or a claim as "@request.auth.claims.sub"',
    );
}

/** A text to compare with, where an empty prefix is refused. */
function* nonEmpty(at: Path, match: StringMatch | undefined): Objections {
  if (match?.prefix === '')
    yield refused(
      [...at, 'prefix'],
      'the prefix is empty',
      'write what it begins with; to ask only that it is there, write "{}" for headers and query parameters',
    );
  yield* pattern(at, match);
}

function* pattern(at: Path, match: StringMatch | undefined): Objections {
  if (match?.regex !== undefined) yield* regularExpression([...at, 'regex'], match.regex);
}

/** Claims of a JWT are known where it is verified, and routed on at a gateway only. */
function* claims(at: Path, match: HTTPMatchRequest): Objections {
  for (const field of ['headers', 'withoutHeaders'] as const)
    for (const name of Object.keys(match[field] ?? {}))
      if (isClaimName(name))
        yield refused(
          [...at, field, name],
          `"${name}" is a claim of a JWT, and sidecars do not route on claims`,
          'bind the VirtualService to gateways only: "gateways" without "mesh"',
        );
}
