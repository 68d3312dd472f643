import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unknownField } from '../../charts-src/check/rules/w410-unknown-field.ts';
import { valueRefused } from '../../charts-src/check/rules/w411-value-refused.ts';
import { unknownKind } from '../../charts-src/check/rules/w412-unknown-kind.ts';
import { metadataRefused } from '../../charts-src/check/rules/w413-metadata-refused.ts';
import { serviceRefused } from '../../charts-src/check/rules/w414-service-refused.ts';
import { workloadRefused } from '../../charts-src/check/rules/w415-workload-refused.ts';
import { configRefused } from '../../charts-src/check/rules/w419-config-refused.ts';
import { BUILT_IN_KINDS, REMOVED_VERSIONS } from '../../charts-src/check/validation/built-in-kinds.ts';
import { istioSchemas } from '../../charts-src/imports/istio-schemas.ts';
import { configCases, serviceCases, workloadCases } from '../check/validation/core-cases.ts';
import { findingsOf, istioObject } from '../check/validation/judged.ts';
import { mutations } from '../check/validation/mutations.ts';
import { ApiRefusal, startApiServer, type ApiServer, type KubernetesObject } from '../support/api-server.ts';

const RUNS = 600;
const SEED = Number(process.env['WEFT_SEED'] || Date.now() % 2 ** 31);
const AT_ONCE = 12;

// What W410 to W415 and W419 say, against a real API server with Istio's definitions: they refuse what it refuses, and nothing else.
describe('the API server refuses what check refuses', () => {
  let server: ApiServer;
  beforeAll(async () => {
    server = await startApiServer();
    // Pods are admitted for an account that a controller makes elsewhere.
    await server.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: 'default' },
    });
  });
  afterAll(async () => {
    await server?.stop();
  });

  /** Why an object is refused; empty when it is taken. */
  const refusal = async (object: object): Promise<string> =>
    server.apply(object as KubernetesObject, { dryRun: true }).then(
      () => '',
      (error: unknown) => {
        if (error instanceof ApiRefusal && error.status !== 404) return error.message;
        throw error;
      },
    );

  test(`whatever is changed in a spec of Istio (seed ${SEED})`, async () => {
    const all = fc.sample(mutations, { seed: SEED, numRuns: RUNS });
    const differences: unknown[] = [];
    let refused = 0;
    const judge = async ({ kind, spec }: (typeof all)[number]): Promise<void> => {
      const object = { ...istioObject(kind, spec), metadata: { name: 'a', namespace: 'default' } };
      const answer = await refusal(object);
      const found = [...findingsOf(unknownField, object), ...findingsOf(valueRefused, object)];
      if (answer !== '') refused++;
      if ((answer !== '') !== found.length > 0) differences.push({ kind, spec: JSON.stringify(spec), answer, found });
    };
    for (let start = 0; start < all.length; start += AT_ONCE)
      await Promise.all(all.slice(start, start + AT_ONCE).map(judge));
    expect(differences).toEqual([]);
    // The test says nothing when everything is refused, or nothing.
    expect(refused).toBeGreaterThan(RUNS / 5);
    expect(RUNS - refused).toBeGreaterThan(RUNS / 10);
  });

  test.each([
    ...serviceCases.map((row) => ({ ...row, rule: serviceRefused })),
    ...workloadCases.map((row) => ({ ...row, rule: workloadRefused })),
    ...configCases.map((row) => ({ ...row, rule: configRefused })),
  ])('$rule.code $name', async ({ object, at }) => {
    const answer = await refusal(object);
    if (at.length > 0) expect(answer).not.toBe('');
    else expect(answer).toBe('');
  });

  test.each([
    { labels: { version: 2 } },
    { labels: { team: 'a b' } },
    { labels: { team: 'x'.repeat(63) } },
    { labels: { 'Example.com/team': 'a' } },
    { labels: { 'example.com/Team': 'a' } },
    { labels: { 'a/b/c': 'a' } },
    { annotations: { port: 80 } },
    { annotations: { 'Example.com/text': 'a b' } },
    { annotations: { 'a b': 'c' } },
    { name: 'Orders' },
    { name: 'orders.v1' },
    { name: 'orders_v1' },
  ])('W413 %j', async (metadata) => {
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'orders', namespace: 'default', ...metadata },
    };
    expect((await refusal(object)) !== '').toBe(findingsOf(metadataRefused, object).length > 0);
  });

  test('W412 knows the kinds that are served', async () => {
    const served = new Map<string, readonly string[]>();
    const kindsOf = async (apiVersion: string): Promise<readonly string[]> => {
      const known = served.get(apiVersion);
      if (known !== undefined) return known;
      const answer = await server.request(
        'GET',
        apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`,
      );
      // The server's own answer: an APIResourceList, where it has this version.
      const list = (answer.status === 200 ? JSON.parse(answer.text) : {}) as {
        readonly resources?: readonly { readonly name: string; readonly kind: string }[];
      };
      const kinds = (list.resources ?? []).filter(({ name }) => !name.includes('/')).map(({ kind }) => kind);
      served.set(apiVersion, kinds);
      return kinds;
    };
    for (const [kind, [first = '']] of Object.entries(BUILT_IN_KINDS))
      expect(await kindsOf(first), first).toContain(kind);
    for (const [kind, { apiVersions }] of Object.entries(istioSchemas))
      for (const apiVersion of apiVersions) expect(await kindsOf(apiVersion), apiVersion).toContain(kind);
    for (const [apiVersion, kinds] of Object.entries(REMOVED_VERSIONS))
      for (const kind of kinds) {
        expect(await kindsOf(apiVersion), apiVersion).not.toContain(kind);
        expect(findingsOf(unknownKind, { apiVersion, kind, metadata: { name: 'a' } })).toHaveLength(1);
      }
    // Every kind of the groups that are judged is known, so that none is taken for a slip of the pen.
    for (const [apiVersion, kinds] of served)
      for (const kind of kinds)
        expect(findingsOf(unknownKind, { apiVersion, kind, metadata: { name: 'a' } }), kind).toEqual([]);
  });
});
