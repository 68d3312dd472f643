import type { HTTPRoute, VirtualServiceSpec } from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { refused, type Objections } from './objection.ts';

/** What a rule does with a request: it routes, redirects, answers or delegates, and only one of these. */
export function* routeAction({ hosts = [], http = [] }: VirtualServiceSpec): Objections {
  const isDelegate = hosts.length === 0;
  for (const [index, rule] of http.entries()) {
    const at = ['spec', 'http', index];
    if (rule.delegate !== undefined && !isDelegate) yield* delegating(at, rule);
    else yield* acting(at, rule, isDelegate);
  }
}

function* delegating(at: Path, { route = [], redirect }: HTTPRoute): Objections {
  if (route.length > 0)
    yield refused([...at, 'route'], 'the rule delegates and has a route', 'leave out the route: the delegate has it');
  if (redirect !== undefined)
    yield refused([...at, 'redirect'], 'the rule delegates and redirects', 'move the redirect into the delegate');
}

function* acting(at: Path, rule: HTTPRoute, isDelegate: boolean): Objections {
  if (isDelegate && rule.delegate !== undefined)
    yield refused(
      [...at, 'delegate'],
      'there are no hosts, so this is a delegate, and it delegates again',
      'add hosts, or route here: one level of delegation is all there is',
    );
  if (rule.redirect !== undefined)
    yield* excludes(at, 'redirect', rule, ['route', 'fault', 'rewrite', 'directResponse']);
  else if (rule.directResponse !== undefined)
    yield* excludes(at, 'directResponse', rule, ['route', 'fault', 'rewrite']);
  else if (rule.route === undefined || rule.route.length === 0)
    yield refused(
      at,
      'the rule says nothing about what to do: no route, redirect or directResponse',
      'add one of them, for example "route: [{ destination: { host: orders } }]"',
    );
  if (rule.mirror !== undefined && (rule.mirrors?.length ?? 0) > 0)
    yield refused(
      [...at, 'mirror'],
      'the rule has both mirror and mirrors',
      'move "mirror" into the list of "mirrors"',
    );
}

function* excludes(
  at: Path,
  action: 'redirect' | 'directResponse',
  rule: HTTPRoute,
  others: readonly ('route' | 'fault' | 'rewrite' | 'directResponse')[],
): Objections {
  for (const other of others) {
    const value = rule[other];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    yield refused([...at, other], `the rule has both ${action} and ${other}`, `keep ${action} or ${other}`);
  }
}
