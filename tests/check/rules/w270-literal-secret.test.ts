import { expect, test } from 'vitest';
import { literalSecret } from '../../../charts-src/check/rules/w270-literal-secret.ts';
import { found } from '../found.ts';
import { deployment, mesh } from '../security-mesh.ts';

test.each([
  {
    name: 'a password',
    documents: [deployment('orders', { container: ', env: [{ name: DB_PASSWORD, value: hunter2 }]' })],
    hits: [
      'warning Deployment shop/orders spec.template.spec.containers[0].env[0].value | - { name: app, image: shop/app, ports: [{ name: web, containerPort: 8080 }], env: [{ name: DB_PASSWORD, value: hunter2 }] }',
    ],
  },
  {
    name: 'a name written together',
    documents: [deployment('orders', { container: ', env: [{ name: PGPASSWORD, value: hunter2 }]' })],
    hits: [
      'warning Deployment shop/orders spec.template.spec.containers[0].env[0].value | - { name: app, image: shop/app, ports: [{ name: web, containerPort: 8080 }], env: [{ name: PGPASSWORD, value: hunter2 }] }',
    ],
  },
  {
    name: 'a key of an interface',
    documents: [deployment('orders', { container: ', env: [{ name: STRIPE_API_KEY, value: sk_live_abcdef }]' })],
    hits: [
      'warning Deployment shop/orders spec.template.spec.containers[0].env[0].value | - { name: app, image: shop/app, ports: [{ name: web, containerPort: 8080 }], env: [{ name: STRIPE_API_KEY, value: sk_live_abcdef }] }',
    ],
  },
  {
    name: 'a URL with a password',
    documents: [
      deployment('orders', {
        container: ', env: [{ name: DATABASE_URL, value: "postgres://app:hunter2@db:5432/shop" }]',
      }),
    ],
    hits: [
      'warning Deployment shop/orders spec.template.spec.containers[0].env[0].value | - { name: app, image: shop/app, ports: [{ name: web, containerPort: 8080 }], env: [{ name: DATABASE_URL, value: "postgres://app:hunter2@db:5432/shop" }] }',
    ],
  },
  {
    name: 'an argument',
    documents: [deployment('orders', { container: ', args: [--port=80, --password=hunter2]' })],
    hits: [
      'warning Deployment shop/orders spec.template.spec.containers[0].args[1] | - { name: app, image: shop/app, ports: [{ name: web, containerPort: 8080 }], args: [--port=80, --password=hunter2] }',
    ],
  },
  {
    name: 'a ConfigMap',
    documents: [
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop }\ndata: { db-password: hunter2 }`,
    ],
    hits: ['warning ConfigMap shop/settings data.db-password | data: { db-password: hunter2 }'],
  },
  {
    name: 'a private key in a ConfigMap',
    documents: [
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop }\ndata: { server.pem: "-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----" }`,
    ],
    hits: [
      'warning ConfigMap shop/settings data["server.pem"] | data: { server.pem: "-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----" }',
    ],
  },
  {
    name: 'by reference',
    documents: [
      deployment('orders', {
        container: ', env: [{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }]',
      }),
    ],
    hits: [],
  },
  {
    name: 'a file',
    documents: [deployment('orders', { container: ', env: [{ name: DB_PASSWORD_FILE, value: /etc/secrets/db }]' })],
    hits: [],
  },
  {
    name: 'a path',
    documents: [deployment('orders', { container: ', env: [{ name: DB_PASSWORD, value: /etc/secrets/db }]' })],
    hits: [],
  },
  {
    name: 'an address',
    documents: [
      deployment('orders', { container: ', env: [{ name: TOKEN_URL, value: "https://login.example.com" }]' }),
    ],
    hits: [],
  },
  {
    name: 'a reference to another variable',
    documents: [deployment('orders', { container: ', env: [{ name: DB_PASSWORD, value: "$(OTHER)" }]' })],
    hits: [],
  },
  {
    name: 'a switch',
    documents: [deployment('orders', { container: ', env: [{ name: REQUIRE_TOKEN, value: "true" }]' })],
    hits: [],
  },
  {
    name: 'empty',
    documents: [deployment('orders', { container: ', env: [{ name: DB_PASSWORD, value: "" }]' })],
    hits: [],
  },
  {
    name: 'a URL without a password',
    documents: [
      deployment('orders', { container: ', env: [{ name: DATABASE_URL, value: "postgres://app@db:5432/shop" }]' }),
    ],
    hits: [],
  },
  {
    name: 'a URL with a variable',
    documents: [
      deployment('orders', {
        container: ', env: [{ name: DATABASE_URL, value: "postgres://app:$(DB_PASSWORD)@db:5432/shop" }]',
      }),
    ],
    hits: [],
  },
  {
    name: 'words about it',
    documents: [
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop }\ndata: { password-policy: strict, tokens-per-minute: "100", key: orders }`,
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(literalSecret, [mesh(...documents)])).toEqual(hits);
});
