import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { istioSpecs } from '../fixtures/istio-specs.ts';
import { ApiRefusal, istioCrds, startApiServer, type ApiServer } from '../support/api-server.ts';

/** The apiVersion of every kind: v1 where Istio serves it, else the newest it has. */
const apiVersions = (): ReadonlyMap<string, string> =>
  new Map(
    istioCrds().map((crd) => {
      // The shape of every CustomResourceDefinition.
      const { group, names, versions } = crd['spec'] as {
        readonly group: string;
        readonly names: { readonly kind: string };
        readonly versions: readonly { readonly name: string; readonly served: boolean }[];
      };
      const served = versions.filter((version) => version.served).map(({ name }) => name);
      const best = ['v1', 'v1beta1', 'v1alpha3', 'v1alpha1'].find((name) => served.includes(name));
      return [names.kind, `${group}/${best ?? 'none'}`];
    }),
  );

// The same table judges our types and our schemas, without a server; here the server says whether the table is right.
describe('the API server agrees with the table of Istio specs', () => {
  let server: ApiServer;
  let versions: ReadonlyMap<string, string>;
  beforeAll(async () => {
    server = await startApiServer();
    versions = apiVersions();
  });
  afterAll(async () => {
    await server?.stop();
  });

  test('the table has right and wrong ones', () => {
    expect(istioSpecs.filter(({ valid }) => valid).length).toBeGreaterThan(10);
    expect(istioSpecs.filter(({ valid }) => !valid).length).toBeGreaterThan(10);
  });

  test.each(istioSpecs.map((row) => [`${row.kind} ${row.name}`, row] as const))('%s', async (_, row) => {
    const object = {
      apiVersion: versions.get(row.kind) ?? `no CRD of kind ${row.kind}`,
      kind: row.kind,
      metadata: { name: row.name, namespace: 'default' },
      spec: row.spec,
    };
    const answer = await server.apply(object, { dryRun: true }).then(
      () => 'accepted',
      (error: unknown) => {
        if (error instanceof ApiRefusal && error.status !== 404) return `refused: ${error.message}`;
        throw error;
      },
    );
    if (row.valid) expect(answer).toBe('accepted');
    else expect(answer).toContain('refused: ');
  });
});
