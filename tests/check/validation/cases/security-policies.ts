import type { Case, Corpus } from './corpus.ts';

const gateway = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' };
const selector = { selector: { matchLabels: { app: 'cart' } } };
const from = (...sources: object[]) => ({ from: sources.map((source) => ({ source })) });
const to = (...operations: object[]) => ({ to: operations.map((operation) => ({ operation })) });
const policy = (rule: object, more: object = {}) => ({ ...more, rules: [rule] });
const deny = (more: object) =>
  policy(
    { ...from({ principals: ['td/ns/a/sa/b'] }), ...to({ methods: ['PUT'], ports: ['8080'] }) },
    { action: 'DENY', ...more },
  );
const custom = (more: object) => ({ action: 'CUSTOM', ...more });
const when = (condition: object) => policy({ when: [condition] });
const dryRun = (value: string) => ({ annotations: { 'istio.io/dry-run': value } });
const noList = 'an empty list in a file is no list to Istio, which takes it';

const withEmpty = (names: readonly string[], make: (field: string) => object): readonly Case[] =>
  names.map((name) => [`${name}-empty`, 'invalid', make(name.charAt(0).toLowerCase() + name.slice(1))]);
const sourceValues: Readonly<Record<string, string>> = {
  ipBlocks: '10.4.5.6',
  notIpBlocks: '10.4.5.6',
  remoteIpBlocks: '10.4.5.6',
  notRemoteIpBlocks: '10.4.5.6',
};
const source = (field: string) => policy(from({ [field]: [sourceValues[field] ?? 'a', ''] }));
const operation = (field: string) => policy(to({ [field]: [/ports/i.test(field) ? '80' : 'a', ''] }));

const authorization: readonly Case[] = [
  [
    'good',
    'valid',
    policy(
      {
        ...from({ principals: ['td/ns/a/sa/b'] }, { principals: ['td/ns/a/sa/c'] }),
        ...to({ methods: ['PUT'] }, { methods: ['PATCH'] }),
        when: [
          { key: 'source.ip', values: ['10.4.5.6', '10.0.0.0/8'] },
          { key: 'request.headers[:authority]', values: ['a.example.com'] },
        ],
      },
      selector,
    ),
  ],
  [
    'good serviceAccounts',
    'valid',
    policy(from({ serviceAccounts: ['shop/a', 'shop/b'] }, { principals: ['c'] }), selector),
  ],
  [
    'serviceAccounts and namespaces',
    'invalid',
    policy(from({ serviceAccounts: ['shop/a'], namespaces: ['shop'] }), selector),
  ],
  ['custom-good', 'valid', custom({ provider: { name: 'opa' }, rules: [{}] })],
  ['custom-empty-provider', 'invalid', custom({ provider: { name: '' }, rules: [{}] })],
  ['custom-nil-provider', 'invalid', custom({ rules: [{}] })],
  [
    'custom-invalid-rule',
    'invalid',
    custom({
      provider: { name: 'opa' },
      rules: [{ ...from({ namespaces: ['a'] }), when: [{ key: 'source.principal', values: ['b'] }] }],
    }),
  ],
  ['provider-wrong-action', 'invalid', { action: 'ALLOW', provider: { name: 'opa' }, rules: [{}] }],
  ['allow-rules-nil', 'valid', { action: 'ALLOW' }],
  ['dry-run-valid-allow', 'valid', { action: 'ALLOW' }, dryRun('true')],
  ['dry-run-valid-deny', 'valid', { action: 'DENY', rules: [{}] }, dryRun('false')],
  ['dry-run-invalid-value', 'invalid', { action: 'ALLOW' }, dryRun('maybe')],
  ['dry-run-invalid-action-custom', 'invalid', custom({ provider: { name: 'opa' }, rules: [{}] }), dryRun('true')],
  ['dry-run-invalid-action-audit', 'invalid', { action: 'AUDIT' }, dryRun('true')],
  ['deny-rules-nil', 'invalid', { action: 'DENY' }],
  ['selector-empty-value', 'valid', { selector: { matchLabels: { app: '' } } }],
  ['selector-empty-key', 'invalid', { selector: { matchLabels: { '': 'cart' } } }],
  ['selector-empty-labels', 'warned', { selector: {} }],
  ['selector-wildcard-value', 'invalid', { selector: { matchLabels: { app: 'cart*' } } }],
  ['selector-wildcard-key', 'invalid', { selector: { matchLabels: { 'app*': 'cart' } } }],
  ['target-ref-good', 'valid', deny({ targetRef: gateway })],
  ['target-refs-good', 'valid', deny({ targetRefs: [gateway] })],
  ['target-refs-good-service', 'valid', deny({ targetRefs: [{ kind: 'Service', name: 'cart' }] })],
  ['target-ref-non-empty-namespace', 'invalid', deny({ targetRef: { ...gateway, namespace: 'infra' } })],
  ['target-ref-empty-name', 'invalid', deny({ targetRef: { ...gateway, name: '' } })],
  ['target-ref-wrong-group', 'invalid', deny({ targetRef: { ...gateway, group: 'gateways.example.com' } })],
  ['target-ref-wrong-kind', 'invalid', deny({ targetRef: { ...gateway, kind: 'HTTPRoute' } })],
  ['target-ref-and-selector-cannot-both-be-set', 'invalid', deny({ targetRef: gateway, ...selector })],
  ['target-refs-and-selector-cannot-both-be-set', 'invalid', deny({ targetRefs: [gateway], ...selector })],
  ['from-empty', { notJudged: noList }],
  ['source-nil', 'invalid', policy({ from: [{}] })],
  ['source-empty', 'invalid', policy(from({}))],
  ['to-empty', { notJudged: noList }],
  ['operation-nil', 'invalid', policy({ to: [{}] })],
  ['operation-empty', 'invalid', policy(to({}))],
  ...withEmpty(
    [
      'Principals',
      'NotPrincipals',
      'RequestPrincipals',
      'NotRequestPrincipals',
      'Namespaces',
      'ServiceAccounts',
      'NotNamespaces',
      'IpBlocks',
      'NotIpBlocks',
      'RemoteIpBlocks',
      'NotRemoteIpBlocks',
    ],
    source,
  ),
  ...withEmpty(['Hosts', 'NotHosts', 'Ports', 'NotPorts', 'Methods', 'NotMethods', 'Paths', 'NotPaths'], operation),
  ['value-empty', 'invalid', when({ key: 'request.headers[:authority]', values: ['a', ''] })],
  [
    'invalid ip and port in ipBlocks',
    'invalid',
    policy({ ...from({ ipBlocks: ['a'], notIpBlocks: ['b'] }), ...to({ ports: ['c'], notPorts: ['d'] }) }),
  ],
  [
    'invalid ip and port in remoteIpBlocks',
    'invalid',
    policy({ ...from({ remoteIpBlocks: ['a'], notRemoteIpBlocks: ['b'] }), ...to({ ports: ['c'], notPorts: ['d'] }) }),
  ],
  ['condition-key-missing', 'invalid', when({ values: ['a'] })],
  ['condition-key-empty', 'invalid', when({ key: '', values: ['a'] })],
  ['condition-value-missing', 'invalid', when({ key: 'source.namespace' })],
  ['condition-value-invalid', 'invalid', when({ key: 'source.ip', values: ['10.4.5'] })],
  ['condition-notValue-invalid', 'invalid', when({ key: 'source.ip', notValues: ['10.4.5'] })],
  ['condition-unknown', 'invalid', when({ key: 'source.color', values: ['red'] })],
  ['L7DenyWithFrom', 'warned', policy(from({ requestPrincipals: ['iss/sub'] }), { action: 'DENY', ...selector })],
  ['L7DenyWithTo', 'warned', policy(to({ methods: ['PUT'] }), { action: 'DENY', ...selector })],
  [
    'L7DenyWithFromAndTo',
    'warned',
    policy({ ...from({ principals: ['a'] }), ...to({ methods: ['PUT'] }) }, { action: 'DENY', ...selector }),
  ],
  ['L7DenyWithFromAndToWithPort', 'valid', deny(selector)],
];

const jwt = (rule: object, more: object = {}) => ({
  ...more,
  jwtRules: [{ issuer: 'https://id.example.com', ...rule }],
});
const keyed = { jwksUri: 'https://id.example.com/keys' };
const bearer = (name: string) => ({ ...keyed, fromHeaders: [{ name, prefix: 'Bearer ' }] });
const claim = (header: string, name: string) => ({ ...keyed, outputClaimToHeaders: [{ header, claim: name }] });
const key = { kty: 'RSA', e: 'AQAB', n: 'AAECAw' };
const keys = (one: object) => jwt({ jwks: JSON.stringify({ keys: [one] }) });

const requests: readonly Case[] = [
  ['empty spec', 'valid', {}],
  ['another empty spec', 'warned', { selector: {} }],
  ['empty spec with non default name', 'valid', {}, { name: 'cart-tokens' }],
  ['dry run annotation not supported', 'invalid', {}, dryRun('true')],
  ['default name with non empty selector', 'valid', selector],
  ['empty jwt rule', 'invalid', { jwtRules: [{}] }],
  ['empty issuer and jwksUri', 'invalid', { jwtRules: [{ issuer: '' }] }],
  [
    'empty issuer and set jwksUri',
    { notJudged: 'valid where the field is left out; an empty text is refused by the definition' },
  ],
  ['bad JwksUri - no protocol', 'invalid', jwt({ jwksUri: 'id.example.com' })],
  ['bad JwksUri - invalid port', 'invalid', jwt({ jwksUri: 'https://id.example.com:http' })],
  ['empty value', 'valid', jwt(keyed, { selector: { matchLabels: { app: 'cart', version: '' } } })],
  ['bad workload selector - empty key', 'invalid', jwt(keyed, { selector: { matchLabels: { '': 'cart' } } })],
  ['good targetRef', 'valid', jwt(keyed, { targetRef: gateway })],
  ['bad targetRef - empty name', 'invalid', jwt(keyed, { targetRef: { ...gateway, name: '' } })],
  ['bad targetRef - non-empty namespace', 'invalid', jwt(keyed, { targetRef: { ...gateway, namespace: 'infra' } })],
  ['bad targetRef - wrong group', 'invalid', jwt(keyed, { targetRef: { ...gateway, group: 'gateways.example.com' } })],
  ['bad targetRef - wrong kind', 'invalid', jwt(keyed, { targetRef: { ...gateway, kind: 'HTTPRoute' } })],
  ['targetRef and selector cannot both be set', 'invalid', jwt(keyed, { targetRef: gateway, ...selector })],
  ['bad header location', 'invalid', jwt(bearer(''))],
  ['bad param location', 'invalid', jwt({ ...keyed, fromParams: [''] })],
  ['good', 'valid', jwt(bearer('x-token'))],
  ['bad cookie location', 'invalid', jwt({ ...keyed, fromCookies: ['', 'session'] })],
  ['jwks ok', 'valid', keys(key)],
  ['jwks error', 'invalid', jwt({ jwks: 'keys' })],
  ['jwks with private RSA key warns', 'warned', keys({ ...key, d: 'AAECAw' })],
  ['null outputClaimToHeader', 'invalid', jwt({ ...keyed, outputClaimToHeaders: [{}] })],
  ['null claim value in outputClaimToHeader ', 'invalid', jwt(claim('x-sub', ''))],
  ['null header value in outputClaimToHeader ', 'invalid', jwt(claim('', 'sub'))],
  ['invalid header value in outputClaimToHeader ', 'invalid', jwt(claim('x sub', 'sub'))],
];

const peers: readonly Case[] = [
  ['empty spec', 'valid', {}],
  ['empty mtls with selector of empty labels', 'warned', { selector: {} }],
  ['empty spec with non default name', 'valid', {}, { name: 'strict' }],
  ['default name with non empty selector', 'valid', selector],
  ['empty port level mtls', 'invalid', { ...selector, portLevelMtls: {} }],
  ['empty selector with port level mtls', 'invalid', { portLevelMtls: { 9090: { mode: 'UNSET' } } }],
  ['port 0', 'invalid', { ...selector, portLevelMtls: { 0: { mode: 'UNSET' } } }],
  ['unset mode', 'valid', { mtls: { mode: 'UNSET' } }],
  ['port level', 'valid', { ...selector, portLevelMtls: { 9090: { mode: 'UNSET' } } }],
];

export const securityPolicies: readonly Corpus[] = [
  { of: 'TestValidateAuthorizationPolicy', kind: 'AuthorizationPolicy', cases: authorization },
  { of: 'TestValidateRequestAuthentication', kind: 'RequestAuthentication', cases: requests },
  { of: 'TestValidatePeerAuthentication', kind: 'PeerAuthentication', cases: peers },
];
