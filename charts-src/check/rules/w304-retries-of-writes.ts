import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { HttpMatch, HttpRule } from '../../graph/http-rules.ts';
import type { StringMatch } from '../../imports/istio.ts';
import { re2Matches } from '../../model/re2.ts';
import { forwardingRules, speaksOnlyGrpc } from '../request-rules.ts';
import { retryPolicy, unsafeConditions } from '../retry-policy.ts';
import type { Rule } from '../rule.ts';
import type { Resource } from '../../graph/resource.ts';

/** Requests that change something are sent again although the first one may have been done. */
export const retriesOfWrites = {
  code: 'W304',
  name: 'retries-of-writes',
  severity: 'warning',
  summary: 'POST requests are tried again under conditions in which the first try may have been done.',
  reads: ['VirtualService', 'Service'],
  *check(graph: MeshGraph) {
    /** Rules before the one that is looked at, of the same VirtualService. */
    let before: { readonly of: Resource<'VirtualService'> | undefined; readonly rules: HttpRule[] } = {
      of: undefined,
      rules: [],
    };
    for (const found of forwardingRules(graph)) {
      const { rule, virtualService: owner } = found;
      if (before.of !== owner) before = { of: owner, rules: [] };
      const taken = before.rules.some(takesAllPosts);
      before.rules.push(rule);
      const policy = retryPolicy(rule.http.retries);
      const unsafe = policy ? unsafeConditions(policy) : [];
      if (unsafe.length === 0 || taken) continue;
      const { virtualService, at } = rule.placeOf('retries');
      if (isWovenByWeft(virtualService) || speaksOnlyGrpc(graph, found)) continue;
      const post = rule.matches.find(({ match }) => match.method !== undefined && takes(match.method, 'POST'));
      const any = rule.matches.length === 0 || rule.matches.some(({ match }) => match.method === undefined);
      if (!post && !any) continue;
      yield {
        manifest: virtualService.manifest,
        at: [...at, 'retryOn'],
        message:
          `on ${unsafe.join(', ')} ${post ? 'POST requests are' : 'every request, a POST too, is'} sent again, although the callee may have done ` +
          'what it was asked the first time: an order is placed twice',
        fix: post
          ? 'leave these conditions to methods that can be repeated, and write "retryOn: connect-failure,refused-stream" here'
          : 'put a rule for "method: {exact: POST}" without these conditions before this one, or match the methods that can be repeated',
      };
    }
  },
} satisfies Rule;

/** The compiler of weft has asked whether these requests can be repeated, and got an answer. */
const isWovenByWeft = ({ manifest }: Resource<'VirtualService'>): boolean =>
  manifest.labels['app.kubernetes.io/managed-by'] === 'weft';

function takes({ exact, prefix, regex }: StringMatch, method: string): boolean {
  if (exact !== undefined) return exact === method;
  if (prefix !== undefined) return method.startsWith(prefix);
  return regex !== undefined && re2Matches(regex, method) === true;
}

/** Whether a rule leaves no POST to those after it. */
const takesAllPosts = ({ matches }: HttpRule): boolean => matches.length === 0 || matches.some(isOnlyAboutMethods);

const isOnlyAboutMethods = ({ match }: HttpMatch): boolean =>
  match.method !== undefined &&
  takes(match.method, 'POST') &&
  Object.entries(match).every(
    ([field, value]) =>
      field === 'method' ||
      field === 'name' ||
      (field === 'uri' && (value as StringMatch).prefix === '/') || // `uri` is a StringMatch
      (typeof value === 'object' && Object.keys(value).length === 0),
  );
