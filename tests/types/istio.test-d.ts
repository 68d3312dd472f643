import type { Construct } from 'constructs';
import { describe, expectTypeOf, test } from 'vitest';
import { DestinationRule, VirtualService } from '../../charts-src/imports/istio-resources.ts';
import type {
  AuthorizationPolicySource,
  AuthorizationPolicySpec,
  ConsistentHash,
  EnvoyPatch,
  HTTPRoute,
  IstioKind,
  IstioSpecs,
  LoadBalancerSettings,
  MutualTLS,
  ServerTLSSettings,
  StringMatch,
  TrafficExtensionSpec,
  VirtualServiceSpec,
} from '../../charts-src/imports/istio.ts';

declare const scope: Construct;
declare const maybe: { readonly matchLabels: Readonly<Record<string, string>> } | undefined;

test('specs by kind', () => {
  expectTypeOf<IstioSpecs['VirtualService']>().toEqualTypeOf<VirtualServiceSpec>();
  expectTypeOf<'WasmPlugin'>().toExtend<IstioKind>();
  expectTypeOf<VirtualServiceSpec['http']>().toEqualTypeOf<readonly HTTPRoute[] | undefined>();
});

describe('oneOf', () => {
  test('at most one of several', () => {
    expectTypeOf<{ prefix: string }>().toExtend<StringMatch>();
    expectTypeOf<Record<never, never>>().toExtend<StringMatch>();
    expectTypeOf<{ prefix: string; exact: string }>().not.toExtend<StringMatch>();
    // @ts-expect-error -- simple and consistentHash exclude each other
    ({ simple: 'RANDOM', consistentHash: { useSourceIp: true } }) satisfies LoadBalancerSettings;
  });
  test('beside fields that exclude nothing', () => {
    ({ simple: 'RANDOM', warmup: { duration: '30s' } }) satisfies LoadBalancerSettings;
    ({ httpHeaderName: 'x-user', ringHash: { minimumRingSize: 1024 } }) satisfies ConsistentHash;
    // @ts-expect-error -- two keys to hash by
    ({ httpHeaderName: 'x-user', useSourceIp: true }) satisfies ConsistentHash;
    // @ts-expect-error -- two tables to hash into
    ({ useSourceIp: true, ringHash: {}, maglev: {} }) satisfies ConsistentHash;
  });
  test('exactly one', () => {
    ({ lua: { inlineCode: '' } }) satisfies TrafficExtensionSpec;
    // @ts-expect-error -- neither lua nor wasm
    ({ phase: 'AUTHN' }) satisfies TrafficExtensionSpec;
    // @ts-expect-error -- lua and wasm exclude each other
    ({ lua: { inlineCode: '' }, wasm: { url: 'oci://a' } }) satisfies TrafficExtensionSpec;
  });
  test('groups that exclude each other', () => {
    ({ principals: ['a'], notNamespaces: ['b'], ipBlocks: ['10.0.0.0/8'] }) satisfies AuthorizationPolicySource;
    // @ts-expect-error -- principals exclude serviceAccounts
    ({ principals: ['a'], serviceAccounts: ['b'] }) satisfies AuthorizationPolicySource;
    ({ credentialName: 'a', tlsCertificates: [] }) satisfies ServerTLSSettings;
    // @ts-expect-error -- the plural excludes the singular
    ({ credentialName: 'a', credentialNames: ['b'] }) satisfies ServerTLSSettings;
  });
  test('rules of the definitions that are no oneOf', () => {
    // @ts-expect-error -- selector and targetRef exclude each other
    ({ selector: {}, targetRef: { kind: 'Service', name: 'a' } }) satisfies AuthorizationPolicySpec;
  });
  test('a field that may be left out can be spread in', () => {
    expectTypeOf({ ...(maybe && { selector: maybe }), action: 'ALLOW' as const }).toExtend<AuthorizationPolicySpec>();
  });
  test('each alternative can be read without a cast', () => {
    expectTypeOf<StringMatch['prefix']>().toEqualTypeOf<string | undefined>();
  });
});

describe('fields', () => {
  test('closed choices', () => {
    expectTypeOf<MutualTLS['mode']>().toEqualTypeOf<'UNSET' | 'DISABLE' | 'PERMISSIVE' | 'STRICT' | undefined>();
    // @ts-expect-error -- not one of the choices
    ({ simple: 'round_robin' }) satisfies LoadBalancerSettings;
  });
  test('misspelt', () => {
    // @ts-expect-error -- retires is no field, retries is
    ({ retires: { attempts: 3 } }) satisfies HTTPRoute;
    // @ts-expect-error -- a slip inside a union
    ({ simpel: 'RANDOM' }) satisfies LoadBalancerSettings;
  });
  test('missing', () => {
    // @ts-expect-error -- host is required
    ({ route: [{ destination: { subset: 'v1' } }] }) satisfies HTTPRoute;
    // @ts-expect-error -- host is required
    new DestinationRule(scope, 'a', { spec: {} });
    // @ts-expect-error -- spec is required
    new VirtualService(scope, 'a', {});
  });
  test('of the wrong type', () => {
    // @ts-expect-error -- a number has no unit
    ({ timeout: 30 }) satisfies HTTPRoute;
    // @ts-expect-error -- undefined is not the same as left out
    ({ timeout: undefined }) satisfies HTTPRoute;
    // @ts-expect-error -- null would be dropped
    ({ mirrorPercent: null }) satisfies HTTPRoute;
  });
  test('free-form', () => {
    ({ value: { connect_timeout: '5s', list: [1, null, { a: true }] } }) satisfies EnvoyPatch;
    // @ts-expect-error -- a function is no JSON
    ({ value: { connect_timeout: () => '5s' } }) satisfies EnvoyPatch;
  });
  test('are read-only', () => {
    const spec: VirtualServiceSpec = { hosts: ['a'] };
    // @ts-expect-error -- a spec is read-only
    spec.hosts = [];
    // @ts-expect-error -- read-only all the way down
    spec.hosts?.push('b');
  });
});
