import { expect, test } from 'vitest';
import { podWithPowers } from '../../../charts-src/check/rules/w272-pod-with-powers.ts';
import { found } from '../found.ts';
import { INGRESS, deployment, mesh, namespace } from '../security-mesh.ts';

test.each([
  {
    name: 'privileged',
    documents: [deployment('orders', { container: ', securityContext: { privileged: true }' })],
    hits: [
      'warning Deployment shop/orders spec.template.spec.containers[0].securityContext.privileged | - { name: app, image: shop/app, ports: [{ name: web, containerPort: 8080 }], securityContext: { privileged: true } }',
    ],
  },
  {
    name: 'root',
    documents: [deployment('orders', { container: ', securityContext: { runAsUser: 0 }' })],
    hits: [
      'warning Deployment shop/orders spec.template.spec.containers[0].securityContext.runAsUser | - { name: app, image: shop/app, ports: [{ name: web, containerPort: 8080 }], securityContext: { runAsUser: 0 } }',
    ],
  },
  {
    name: 'capabilities',
    documents: [deployment('orders', { container: ', securityContext: { capabilities: { add: [NET_ADMIN] } }' })],
    hits: [
      'warning Deployment shop/orders spec.template.spec.containers[0].securityContext.capabilities.add | - { name: app, image: shop/app, ports: [{ name: web, containerPort: 8080 }], securityContext: { capabilities: { add: [NET_ADMIN] } } }',
    ],
  },
  {
    name: 'a folder of the node',
    documents: [deployment('orders', { pod: '\n      volumes: [{ name: logs, hostPath: { path: /var/log } }]' })],
    hits: [
      'warning Deployment shop/orders spec.template.spec.volumes[0].hostPath | volumes: [{ name: logs, hostPath: { path: /var/log } }]',
    ],
  },
  {
    name: 'the network and the processes of the node',
    documents: [deployment('orders', { pod: '\n      hostNetwork: true\n      hostPID: true' })],
    hits: ['warning Deployment shop/orders spec.template.spec.hostNetwork | hostNetwork: true'],
  },
  {
    name: 'a port of the node',
    documents: [
      deployment('orders', { container: '' }).replace('containerPort: 8080', 'containerPort: 8080, hostPort: 80'),
    ],
    hits: [
      'warning Deployment shop/orders spec.template.spec.containers[0].ports[0].hostPort | - { name: app, image: shop/app, ports: [{ name: web, containerPort: 8080, hostPort: 80 }] }',
    ],
  },
  {
    name: 'several in one finding',
    documents: [deployment('orders', { container: ', securityContext: { privileged: true, runAsUser: 0 }' })],
    hits: [
      'warning Deployment shop/orders spec.template.spec.containers[0].securityContext.privileged | - { name: app, image: shop/app, ports: [{ name: web, containerPort: 8080 }], securityContext: { privileged: true, runAsUser: 0 } }',
    ],
  },
  {
    name: 'the network of the node in a mesh is W242',
    documents: [namespace(), deployment('orders', { pod: '\n      hostNetwork: true' })],
    hits: [],
  },
  {
    name: 'what runs the cluster',
    documents: [deployment('orders', { of: 'kube-system', container: ', securityContext: { privileged: true }' })],
    hits: [],
  },
  {
    name: 'none',
    documents: [deployment()],
    hits: [],
  },
  {
    name: 'harmless capabilities',
    documents: [
      deployment('orders', {
        container: ', securityContext: { capabilities: { add: [NET_BIND_SERVICE], drop: [ALL] } }',
      }),
    ],
    hits: [],
  },
  {
    name: "Istio's own containers",
    documents: [
      deployment('orders', {
        pod: '\n      initContainers: [{ name: istio-init, image: p, securityContext: { runAsUser: 0, capabilities: { add: [NET_ADMIN] } } }]',
      }),
    ],
    hits: [],
  },
  {
    name: 'a gateway',
    documents: [INGRESS.replace('args:', 'securityContext: { runAsUser: 0 }, args:')],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(podWithPowers, [mesh(...documents)])).toEqual(hits);
});
