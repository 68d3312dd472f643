import { expect, test } from 'vitest';
import { policyOnServicePort } from '../../../charts-src/check/rules/w220-policy-on-service-port.ts';
import { found } from '../found.ts';
import { authorizationPolicy, deployment, mesh, namespace, service } from '../security-mesh.ts';

test.each([
  {
    name: 'a port of the Service',
    documents: [
      namespace(),
      deployment(),
      service(),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { ports: ["80"] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.ports[0] | rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { ports: ["80"] } }] }]',
    ],
  },
  {
    name: 'in when',
    documents: [
      namespace(),
      deployment(),
      service(),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ when: [{ key: destination.port, values: ["80"] }] }]',
        'callers',
      ),
    ],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].when[0].values[0] | rules: [{ when: [{ key: destination.port, values: ["80"] }] }]',
    ],
  },
  {
    name: 'a port of nothing',
    documents: [
      namespace(),
      deployment(),
      service(),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ to: [{ operation: { ports: ["9090"] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.ports[0] | rules: [{ to: [{ operation: { ports: ["9090"] } }] }]',
    ],
  },
  {
    name: 'DENY',
    documents: [
      namespace(),
      deployment(),
      service(),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  action: DENY\n  rules: [{ to: [{ operation: { ports: ["80"] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.ports[0] | rules: [{ to: [{ operation: { ports: ["80"] } }] }]',
    ],
  },
  {
    name: 'a port of the container',
    documents: [
      namespace(),
      deployment(),
      service(),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ to: [{ operation: { ports: ["8080"] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'a port of the proxy',
    documents: [
      namespace(),
      deployment(),
      service(),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ to: [{ operation: { ports: ["15020"] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'pods that are not among the files',
    documents: [
      namespace(),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ to: [{ operation: { ports: ["80"] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(policyOnServicePort, [mesh(...documents)])).toEqual(hits);
});
