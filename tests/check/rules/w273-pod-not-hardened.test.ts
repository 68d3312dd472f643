import { expect, test } from 'vitest';
import { podNotHardened } from '../../../charts-src/check/rules/w273-pod-not-hardened.ts';
import { found } from '../found.ts';
import { INGRESS, deployment, mesh } from '../security-mesh.ts';

test.each([
  {
    name: 'nothing is said',
    documents: [deployment()],
    hits: ['info Deployment shop/orders spec.template.spec.containers | containers:'],
  },
  {
    name: 'one thing is missing',
    documents: [
      deployment('orders', {
        container: ', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }',
        pod: '\n      automountServiceAccountToken: false\n      securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }',
      }),
    ],
    hits: ['info Deployment shop/orders spec.template.spec.containers | containers:'],
  },
  {
    name: 'a token is mounted',
    documents: [
      deployment('orders', {
        container:
          ', securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }',
        pod: '\n      securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }',
      }),
    ],
    hits: ['info Deployment shop/orders spec.template.spec.containers | containers:'],
  },
  {
    name: 'a secret as a variable',
    documents: [
      deployment('orders', {
        container:
          ', securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }, env: [{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }]',
        pod: '\n      automountServiceAccountToken: false\n      securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }',
      }),
    ],
    hits: ['info Deployment shop/orders spec.template.spec.containers | containers:'],
  },
  {
    name: 'all is said',
    documents: [
      deployment('orders', {
        container:
          ', securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }',
        pod: '\n      automountServiceAccountToken: false\n      securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }',
      }),
    ],
    hits: [],
  },
  {
    name: 'the account says it',
    documents: [
      deployment('orders', {
        container:
          ', securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }',
        pod: '\n      securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }',
      }),
      `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: orders, namespace: shop }\nautomountServiceAccountToken: false`,
    ],
    hits: [],
  },
  {
    name: 'a gateway',
    documents: [INGRESS],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(podNotHardened, [mesh(...documents)])).toEqual(hits);
});
