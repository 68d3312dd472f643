import type { AuthorizationPolicySpec } from '../imports/istio.ts';
import { passDeclaration } from '../model/declaration.ts';
import { operationsOf, type ConnectionEdge, type RequestEdge } from '../model/edge.ts';
import { principal } from '../model/names.ts';
import type { Callee } from '../model/party.ts';

type Rule = NonNullable<AuthorizationPolicySpec['rules']>[number];
type To = NonNullable<Rule['to']>[number];

/** Denies every request to every workload of a namespace that no other policy allows. */
export const denyAllSpec = (): AuthorizationPolicySpec => ({});

/**
 * What a callee lets in: for each edge its caller's identity with the edge's methods and paths. Without an edge it
 * has no rule, and a policy without a rule allows nothing.
 */
export function authorizationPolicySpec(
  callee: Callee,
  edges: readonly (RequestEdge | ConnectionEdge)[],
  trustDomain: string,
): AuthorizationPolicySpec {
  // A service and its migrations are one identity: what both may do is said once.
  const rules = [
    ...new Map(
      edges
        .flatMap((edge) => rulesOf(edge, trustDomain).map((rule) => passDeclaration(edge, rule)))
        .map((rule) => [JSON.stringify(rule), rule]),
    ).values(),
  ];
  return {
    selector: { matchLabels: { ...callee.podLabels } },
    action: 'ALLOW',
    ...(rules.length > 0 && { rules }),
  };
}

function rulesOf(edge: RequestEdge | ConnectionEdge, trustDomain: string): Rule[] {
  const principals = [principal(trustDomain, edge.caller.namespace, edge.caller.serviceAccount)];
  if (edge.kind === 'connection') {
    const ports = edge.callee.ports
      .filter(({ name }) => edge.ports.includes(name))
      .map(({ targetPort }) => String(targetPort));
    return [{ from: [{ source: { principals } }], to: [{ operation: { ports } }] }];
  }
  const ports = edge.callee.ports
    .filter(({ protocol }) => protocol !== 'tcp')
    .map(({ targetPort }) => String(targetPort));
  if (edge.contract.protocol === 'tcp') return [{ from: [{ source: { principals } }] }];
  const operations = operationsOf(edge);
  const needsUser = edge.issuers?.length ? operations.filter(({ security }) => security === 'user') : [];
  const open = operations.filter((operation) => !needsUser.includes(operation));
  const grouped = (some: typeof operations): To[] =>
    byMethod(some).map(([method, paths]) => ({
      operation: {
        methods: [method],
        paths: paths.map((path) => `${edge.contract.basePath}${pathTemplate(path)}`),
        ports,
      },
    }));
  return [
    ...(open.length > 0 ? [{ from: [{ source: { principals } }], to: grouped(open) }] : []),
    ...(needsUser.length > 0
      ? [
          {
            from: [{ source: { principals, requestPrincipals: (edge.issuers ?? []).map((issuer) => `${issuer}/*`) } }],
            to: grouped(needsUser),
          },
        ]
      : []),
  ];
}

/** `{*}` stands for one segment. Source: Istio AuthorizationPolicy.spec.rules[].to[].operation.paths */
const pathTemplate = (path: string): string => path.replaceAll(/\{[^{}]*\}/g, '{*}');

function byMethod(operations: ReturnType<typeof operationsOf>): [string, string[]][] {
  const paths = new Map<string, string[]>();
  for (const { method, path } of operations) paths.set(method, [...(paths.get(method) ?? []), path]);
  return [...paths];
}
