import { expect, test } from 'vitest';
import { bindingOfNobody } from '../../../charts-src/check/rules/w586-binding-of-nobody.ts';
import { ruleHits } from '../rule-hits.ts';

const one = (apiVersion: string, kind: string, name: string, rest = '', namespace = 'shop'): string => `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
${rest}
`;
const RBAC = 'rbac.authorization.k8s.io/v1';
const HERE = one(RBAC, 'Role', 'reader', 'rules: []') + one('v1', 'ServiceAccount', 'orders');
const binding = (role: string, subject: string, kind = 'Role'): string =>
  one(RBAC, 'RoleBinding', 'orders', `roleRef: { kind: ${kind}, name: ${role} }\nsubjects: [{ ${subject} }]`);

test.each([
  { name: 'both are there', yaml: binding('reader', 'kind: ServiceAccount, name: orders'), hits: [] },
  {
    name: 'no such Role',
    yaml: binding('readers', 'kind: ServiceAccount, name: orders'),
    hits: ['warning RoleBinding shop/orders roleRef.name:15'],
  },
  {
    name: 'no such account',
    yaml: binding('reader', 'kind: ServiceAccount, name: order, namespace: shop'),
    hits: ['warning RoleBinding shop/orders subjects[0].name:16'],
  },
  {
    name: 'an account of a namespace of which nothing is known',
    yaml: binding('reader', 'kind: ServiceAccount, name: order, namespace: other'),
    hits: [],
  },
  { name: 'the default account', yaml: binding('reader', 'kind: ServiceAccount, name: default'), hits: [] },
  { name: 'a group', yaml: binding('reader', 'kind: Group, name: staff'), hits: [] },
  { name: 'a role of the cluster', yaml: binding('view', 'kind: Group, name: staff', 'ClusterRole'), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(bindingOfNobody, HERE + yaml)).toEqual(hits);
  expect(ruleHits(bindingOfNobody, yaml), 'none of the kind is among the files').toEqual([]);
});
