import { expect, test } from 'vitest';
import { httpRuleOnTcpPort } from '../../../charts-src/check/rules/w221-http-rule-on-tcp-port.ts';
import { found } from '../found.ts';
import { authorizationPolicy, deployment, mesh, namespace, service } from '../security-mesh.ts';

test.each([
  {
    name: 'methods on a TCP port',
    documents: [
      namespace(),
      deployment(),
      service('orders', '{ name: tcp-db, port: 5432, targetPort: 8080 }'),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { methods: [GET] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.methods | rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { methods: [GET] } }] }]',
    ],
  },
  {
    name: 'the TCP port by its number',
    documents: [
      namespace(),
      deployment(),
      service('orders', '{ name: http, port: 80, targetPort: 8080 }, { name: tcp-db, port: 5432, targetPort: 5432 }'),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ to: [{ operation: { methods: [GET], ports: ["5432"] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.methods | rules: [{ to: [{ operation: { methods: [GET], ports: ["5432"] } }] }]',
    ],
  },
  {
    name: 'a TCP port beside an HTTP port, closed by it',
    documents: [
      namespace(),
      deployment(),
      service('orders', '{ name: http, port: 80, targetPort: 8080 }, { name: tcp-db, port: 5432, targetPort: 5432 }'),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { methods: [GET], paths: [/items] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.methods | rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { methods: [GET], paths: [/items] } }] }]',
    ],
  },
  {
    name: 'DENY without a port, refuses every connection',
    documents: [
      namespace(),
      deployment(),
      service('orders', '{ name: tcp-db, port: 5432, targetPort: 8080 }'),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  action: DENY\n  rules: [{ to: [{ operation: { paths: ["/admin*"] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'error AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.paths | rules: [{ to: [{ operation: { paths: ["/admin*"] } }] }]',
    ],
  },
  {
    name: 'DENY of some callers, refuses them altogether',
    documents: [
      namespace(),
      deployment(),
      service('orders', '{ name: http, port: 80, targetPort: 8080 }, { name: tcp-db, port: 5432, targetPort: 5432 }'),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  action: DENY\n  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { paths: ["/admin*"] } }] }]',
        'callers',
      ),
    ],
    hits: [
      'warning AuthorizationPolicy shop/callers spec.rules[0].to[0].operation.paths | rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { paths: ["/admin*"] } }] }]',
    ],
  },
  {
    name: 'methods on an HTTP port',
    documents: [
      namespace(),
      deployment(),
      service(),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { methods: [GET], paths: [/items] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'methods on a port that may be HTTP',
    documents: [
      namespace(),
      deployment(),
      service('orders', '{ name: web, port: 80, targetPort: 8080 }'),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { methods: [GET], paths: [/items] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'callers and ports on a TCP port',
    documents: [
      namespace(),
      deployment(),
      service('orders', '{ name: tcp-db, port: 5432, targetPort: 8080 }'),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { ports: ["8080"] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'a rule of its own for the TCP port',
    documents: [
      namespace(),
      deployment(),
      service('orders', '{ name: http, port: 80, targetPort: 8080 }, { name: tcp-db, port: 5432, targetPort: 5432 }'),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  rules: [{ from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { methods: [GET], paths: [/items] } }] }, { from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }], to: [{ operation: { ports: ["5432"] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
  {
    name: 'DENY for the HTTP port only',
    documents: [
      namespace(),
      deployment(),
      service('orders', '{ name: http, port: 80, targetPort: 8080 }, { name: tcp-db, port: 5432, targetPort: 5432 }'),
      authorizationPolicy(
        'selector: { matchLabels: { app: orders } }\n  action: DENY\n  rules: [{ to: [{ operation: { paths: ["/admin*"], ports: ["8080"] } }] }]',
        'callers',
      ),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(httpRuleOnTcpPort, [mesh(...documents)])).toEqual(hits);
});
