import type { AuthorizationPolicyRule, AuthorizationPolicySpec } from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { refused, type Objections } from './objection.ts';

/** What a policy does with the requests that it matches, and what that asks for. */
export function* authorizationAction({ action = 'ALLOW', rules = [], provider }: AuthorizationPolicySpec): Objections {
  if (rules.length === 0 && (action === 'CUSTOM' || action === 'DENY'))
    yield refused(
      ['spec', 'rules'],
      `a policy with action ${action} has no rules, so it would never do anything`,
      'add rules; "rules: [{}]" matches every request',
    );
  if (action !== 'CUSTOM') {
    if (provider !== undefined)
      yield refused(
        ['spec', 'provider'],
        `the policy has a provider, and its action is ${action}`,
        'write action: CUSTOM, or leave out the provider',
      );
    return;
  }
  if (rules.length > 0 && (provider?.name ?? '') === '')
    yield refused(
      ['spec', 'provider'],
      'a policy with action CUSTOM has no provider that decides',
      'add provider: { name: … } as MeshConfig names it',
    );
  for (const [index, rule] of rules.entries()) yield* undecidable(['spec', 'rules', index], rule);
}

/** What the provider of a CUSTOM policy is asked before: who it is, is not known yet. */
const IDENTITIES = [
  'namespaces',
  'notNamespaces',
  'serviceAccounts',
  'notServiceAccounts',
  'trustDomains',
  'notTrustDomains',
  'principals',
  'notPrincipals',
  'requestPrincipals',
  'notRequestPrincipals',
] as const;
const IDENTITY_KEYS = ['source.namespace', 'source.serviceAccount', 'source.trustDomain', 'source.principal'];

function* undecidable(at: Path, { from = [], when = [] }: AuthorizationPolicyRule): Objections {
  const fix = 'let the provider judge who it is, or use a second policy with DENY or ALLOW';
  for (const [index, { source }] of from.entries())
    for (const field of IDENTITIES)
      if ((source?.[field]?.length ?? 0) > 0)
        yield refused(
          [...at, 'from', index, 'source', field],
          `${field} cannot be judged by a policy with action CUSTOM`,
          fix,
        );
  for (const [index, { key }] of when.entries())
    if (IDENTITY_KEYS.includes(key) || key.startsWith('request.auth.'))
      yield refused([...at, 'when', index, 'key'], `"${key}" cannot be judged by a policy with action CUSTOM`, fix);
}
