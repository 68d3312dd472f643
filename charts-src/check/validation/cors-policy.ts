import type { CorsPolicy, VirtualServiceSpec } from '../../imports/istio.ts';
import { closest } from '../../model/closest.ts';
import { durationMs } from '../../model/duration.ts';
import { show, type Path } from '../../model/schema.ts';
import { isHeaderName } from './header-syntax.ts';
import { refused, type Objections } from './objection.ts';
import { regularExpression } from './regular-expression.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE'];

/** Which pages of other origins a browser may let call. */
export function* corsPolicy({ http = [] }: VirtualServiceSpec): Objections {
  for (const [index, rule] of http.entries())
    if (rule.corsPolicy !== undefined) yield* policy(['spec', 'http', index, 'corsPolicy'], rule.corsPolicy);
}

function* policy(at: Path, { allowOrigins = [], allowMethods = [], maxAge, ...headers }: CorsPolicy): Objections {
  for (const [index, { exact, prefix, regex }] of allowOrigins.entries()) {
    const path = [...at, 'allowOrigins', index];
    if ((exact ?? prefix ?? regex ?? '') === '')
      yield refused(
        path,
        'the origin is empty',
        'write exact, prefix or regex, for example "exact: https://shop.example.com"',
      );
    else if (regex !== undefined) yield* regularExpression([...path, 'regex'], regex);
  }
  for (const [index, method] of allowMethods.entries())
    if (method !== '*' && !METHODS.includes(method)) {
      const meant = closest(method, METHODS);
      yield refused(
        [...at, 'allowMethods', index],
        `${show(method)} is no HTTP method`,
        meant === undefined ? `choices: ${METHODS.join(', ')}, or "*"` : `did you mean "${meant}"?`,
      );
    }
  for (const field of ['allowHeaders', 'exposeHeaders'] as const)
    for (const [index, name] of (headers[field] ?? []).entries())
      if (name !== '*' && !isHeaderName(name))
        yield refused(
          [...at, field, index],
          `${show(name)} is no name of a header`,
          'write a header such as "x-user", or "*"',
        );
  if (maxAge !== undefined && (durationMs(maxAge) ?? 0) % 1000 !== 0)
    yield refused([...at, 'maxAge'], `${maxAge} is no whole number of seconds`, 'write whole seconds, such as "60s"');
}
