import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { guide } from '../../charts-src/charts/guide.ts';
import { warningsOf } from '../../charts-src/constructs/warning.ts';
import { istioSchemas } from '../../charts-src/imports/istio-schemas.ts';
import type { KubernetesObject } from '../../charts-src/manifest/kubernetes-object.ts';
import { ACCEPTS_PREFIX } from '../../charts-src/model/acceptance.ts';
import { apiServer, validate } from '../../charts-src/model/schema.ts';
import { newApp } from '../constructs/rendered.ts';

const FILE = 'guide/dev/order-service.k8s.yaml';

const documentsOf = (text: string): KubernetesObject[] =>
  parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject); // the guide's files hold objects

function synthesised(): { readonly objects: KubernetesObject[]; readonly warnings: readonly unknown[] } {
  const app = newApp();
  guide(app);
  return { objects: documentsOf(app.render().get(FILE) ?? ''), warnings: warningsOf(app) };
}

/** The three resources of the architecture guide, written down from its text, number by number. */
const RESOURCES = {
  // Host order-service; prefix /api goes 90 % to subset v1 and 10 % to subset v2; timeout 30s; 3 attempts of 10s each.
  VirtualService: {
    apiVersion: 'networking.istio.io/v1',
    name: 'order-service',
    spec: {
      hosts: ['order-service'],
      http: [
        {
          match: [{ uri: { prefix: '/api' } }],
          route: [
            { destination: { host: 'order-service', subset: 'v1' }, weight: 90 },
            { destination: { host: 'order-service', subset: 'v2' }, weight: 10 },
          ],
          timeout: '30s',
          retries: { attempts: 3, perTryTimeout: '10s' },
        },
      ],
    },
  },
  // 100 connections, 100 pending requests, 2 requests a connection; ROUND_ROBIN; v1 and v2 by the label version.
  DestinationRule: {
    apiVersion: 'networking.istio.io/v1',
    name: 'order-service',
    spec: {
      host: 'order-service',
      trafficPolicy: {
        connectionPool: {
          tcp: { maxConnections: 100 },
          http: { http1MaxPendingRequests: 100, maxRequestsPerConnection: 2 },
        },
        loadBalancer: { simple: 'ROUND_ROBIN' },
      },
      subsets: [
        { name: 'v1', labels: { version: 'v1' } },
        { name: 'v2', labels: { version: 'v2' } },
      ],
    },
  },
  PeerAuthentication: {
    apiVersion: 'security.istio.io/v1',
    name: 'default',
    spec: { mtls: { mode: 'STRICT' } },
  },
} as const;

describe.each(Object.entries(RESOURCES))('the %s of the guide', (kind, { apiVersion, name, spec }) => {
  const objects = synthesised().objects.filter((object) => object.kind === kind);

  test('is there once, in version v1, with the numbers of the guide and nothing else', () => {
    expect(objects).toHaveLength(1);
    expect(objects[0]?.apiVersion).toBe(apiVersion);
    expect(objects[0]?.metadata).toMatchObject({ name, namespace: 'guide' });
    expect(objects[0]?.['spec']).toStrictEqual(spec);
  });

  test('is what the API takes', () => {
    const schema = istioSchemas[kind as keyof typeof RESOURCES].spec; // a key of the table
    expect(validate(schema, objects[0]?.['spec'], { reader: apiServer })).toEqual([]);
  });
});

describe('the guide', () => {
  test('accepts each of its traps with a reason, so that nothing is left to warn of', () => {
    const { objects, warnings } = synthesised();
    const accepted = objects.flatMap(({ metadata }) =>
      Object.entries(metadata.annotations ?? {}).filter(([name]) => name.startsWith(ACCEPTS_PREFIX)),
    );
    expect(warnings).toEqual([]);
    expect(new Set(accepted.map(([name]) => name.slice(ACCEPTS_PREFIX.length)))).toEqual(
      new Set([
        'retries-exceed-timeout',
        'default-retry-conditions',
        'few-requests-per-connection',
        'unmatched-paths-get-404',
      ]),
    );
    for (const [, reason] of accepted) expect(reason.length).toBeGreaterThan(20);
  });

  test('is in dist as it is synthesised', () => {
    const committed = readFileSync(new URL(`../../dist/${FILE}`, import.meta.url), 'utf8');
    expect(documentsOf(committed)).toStrictEqual(synthesised().objects);
  });
});
