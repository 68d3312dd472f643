import { expect, test } from 'vitest';
import { podReferenceMissing } from '../../../charts-src/check/rules/w577-pod-reference-missing.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, workload } from '../workload-yaml.ts';

const holder = (kind: string, name: string, data: string, namespace = 'shop'): string => `---
apiVersion: v1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
${data}
`;
const key = (ref: string, name: string, of: string, more = ''): string =>
  `env: [{ name: A, valueFrom: { ${ref}: { name: ${of}, key: ${name}${more} } } }]`;
const at = 'Deployment shop/orders spec.template.spec';

test.each([
  {
    name: 'a key in other letters',
    yaml:
      workload({ container: key('configMapKeyRef', 'CURRENCY', 'orders') }) +
      holder('ConfigMap', 'orders', 'data: { currency: EUR }'),
    hits: [`error ${at}.containers[0].env[0].valueFrom.configMapKeyRef.key:19`],
  },
  {
    name: 'a key of a Secret that is written plainly',
    yaml:
      workload({ container: key('secretKeyRef', 'token', 'orders') }) +
      holder('Secret', 'orders', 'stringData: { api-token: x }'),
    hits: [`error ${at}.containers[0].env[0].valueFrom.secretKeyRef.key:19`],
  },
  {
    name: 'it is there, in data or binaryData',
    yaml:
      workload({ container: key('configMapKeyRef', 'A', 'orders') }) +
      workload({
        name: 'other',
        pod: 'volumes: [{ name: a, configMap: { name: orders, items: [{ key: B, path: b }] } }]',
      }) +
      holder('ConfigMap', 'orders', 'data: { A: EUR }\nbinaryData: { B: AAAA }'),
    hits: [],
  },
  {
    name: 'a key that is mounted',
    yaml:
      workload({
        pod: 'volumes: [{ name: a, configMap: { name: orders, items: [{ key: app.yaml, path: app.yaml }] } }]',
      }) + holder('ConfigMap', 'orders', 'data: { A: EUR }'),
    hits: [`error ${at}.volumes[0].configMap.items[0].key:14`],
  },
  {
    name: 'a key that pods start without',
    yaml:
      workload({ container: key('configMapKeyRef', 'CURRENCY', 'orders', ', optional: true') }) +
      holder('ConfigMap', 'orders', 'data: { currency: EUR }'),
    hits: [],
  },
  {
    name: 'what is filled by others',
    yaml:
      workload({ container: key('configMapKeyRef', 'ca.crt', 'orders') }) + holder('ConfigMap', 'orders', 'data: {}'),
    hits: [],
  },
  {
    name: 'a ConfigMap that was renamed',
    yaml:
      workload({ container: 'envFrom: [{ configMapRef: { name: orders-config } }]' }) +
      holder('ConfigMap', 'orders-settings', 'data: { A: b }'),
    hits: [`warning ${at}.containers[0].envFrom[0].configMapRef.name:19`],
  },
  {
    name: 'none of the namespace is among the files',
    yaml: workload({ container: 'envFrom: [{ configMapRef: { name: orders } }]' }),
    hits: [],
  },
  {
    name: 'a Secret in another namespace',
    yaml:
      workload({ container: 'envFrom: [{ secretRef: { name: orders } }]' }) +
      holder('Secret', 'orders', 'data: {}', 'other'),
    hits: [`warning ${at}.containers[0].envFrom[0].secretRef.name:19`],
  },
  {
    name: 'a Secret that is made apart',
    yaml:
      workload({ container: 'envFrom: [{ secretRef: { name: orders } }]' }) + holder('Secret', 'something', 'data: {}'),
    hits: [],
  },
  {
    name: 'Secrets that others make',
    yaml:
      workload({
        pod: 'volumes: [{ name: a, secret: { secretName: order-tls } }, { name: b, secret: { secretName: order-db } }]',
      }) +
      object('cert-manager.io/v1', 'Certificate', 'shop/any', '{ secretName: order-tls }') +
      object('external-secrets.io/v1', 'ExternalSecret', 'shop/order-db', '{}') +
      holder('Secret', 'orders-tls', 'data: {}'),
    hits: [],
  },
  {
    name: 'what Kubernetes makes itself, and a claim that is not there',
    yaml:
      workload({
        pod: 'volumes: [{ name: a, projected: { sources: [{ configMap: { name: kube-root-ca.crt } }] } }, { name: b, persistentVolumeClaim: { claimName: order } }]',
      }) +
      holder('ConfigMap', 'orders', 'data: { A: b }') +
      object('v1', 'PersistentVolumeClaim', 'shop/orders', '{ accessModes: [ReadWriteOnce] }'),
    hits: [`warning ${at}.volumes[1].persistentVolumeClaim.claimName:14`],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(podReferenceMissing, yaml)).toEqual(hits);
});
