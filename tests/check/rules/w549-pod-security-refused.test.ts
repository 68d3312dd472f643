import { expect, test } from 'vitest';
import { podSecurityRefused } from '../../../charts-src/check/rules/w549-pod-security-refused.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'nothing that restricted asks for',
    yaml: namespace('pod-security.kubernetes.io/enforce: restricted') + workload(),
    hits: ['error Deployment shop/orders spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation:20'],
  },
  {
    name: 'an init container',
    yaml:
      namespace('pod-security.kubernetes.io/enforce: restricted') +
      workload({
        container:
          'securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: [ALL] }, seccompProfile: { type: RuntimeDefault } }',
        pod: 'initContainers: [{ name: migrate }]',
      }),
    hits: [
      'error Deployment shop/orders spec.template.spec.initContainers[0].securityContext.allowPrivilegeEscalation:18',
    ],
  },
  {
    name: 'root',
    yaml:
      namespace('pod-security.kubernetes.io/enforce: restricted') +
      workload({
        container:
          'securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: [ALL] }, seccompProfile: { type: RuntimeDefault } }',
        pod: 'securityContext: { runAsUser: 0 }',
      }),
    hits: ['error Deployment shop/orders spec.template.spec.securityContext.runAsUser:18'],
  },
  {
    name: 'a capability that restricted does not give',
    yaml:
      namespace('pod-security.kubernetes.io/enforce: restricted') +
      workload({
        container:
          'securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: [ALL], add: [CHOWN] }, seccompProfile: { type: RuntimeDefault } }',
      }),
    hits: ['error Deployment shop/orders spec.template.spec.containers[0].securityContext.capabilities.add:23'],
  },
  {
    name: 'privileged',
    yaml:
      namespace('pod-security.kubernetes.io/enforce: baseline') +
      workload({ container: 'securityContext: { privileged: true }' }),
    hits: ['error Deployment shop/orders spec.template.spec.containers[0].securityContext.privileged:23'],
  },
  {
    name: 'the network of the node',
    yaml: namespace('pod-security.kubernetes.io/enforce: baseline') + workload({ pod: 'hostNetwork: true' }),
    hits: ['error Deployment shop/orders spec.template.spec.hostNetwork:18'],
  },
  {
    name: 'a folder of the node',
    yaml:
      namespace('pod-security.kubernetes.io/enforce: baseline') +
      workload({ pod: 'volumes: [{ name: logs, hostPath: { path: /var/log } }]' }),
    hits: ['error Deployment shop/orders spec.template.spec.volumes[0].hostPath:18'],
  },
  {
    name: 'a port of the node',
    yaml:
      namespace('pod-security.kubernetes.io/enforce: baseline') +
      workload({ ports: '{ containerPort: 8080, hostPort: 80 }' }),
    hits: ['error Deployment shop/orders spec.template.spec.containers[0].ports[0].hostPort:22'],
  },
  {
    name: 'a capability',
    yaml:
      namespace('pod-security.kubernetes.io/enforce: baseline') +
      workload({ container: 'securityContext: { capabilities: { add: [NET_ADMIN] } }' }),
    hits: ['error Deployment shop/orders spec.template.spec.containers[0].securityContext.capabilities.add:23'],
  },
  {
    name: 'all that restricted asks for',
    yaml:
      namespace('pod-security.kubernetes.io/enforce: restricted') +
      workload({
        container:
          'securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: [ALL], add: [NET_BIND_SERVICE] }, seccompProfile: { type: RuntimeDefault } }',
      }),
    hits: [],
  },
  {
    name: 'said once for all containers',
    yaml:
      namespace('pod-security.kubernetes.io/enforce: restricted') +
      workload({
        container: 'securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }',
        pod: 'securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }',
      }),
    hits: [],
  },
  {
    name: 'baseline asks for little',
    yaml:
      namespace('pod-security.kubernetes.io/enforce: baseline') +
      workload({ container: 'securityContext: { capabilities: { add: [CHOWN] } }' }),
    hits: [],
  },
  { name: 'only warned about', yaml: namespace('pod-security.kubernetes.io/warn: restricted') + workload(), hits: [] },
  {
    name: 'privileged allows everything',
    yaml:
      namespace('pod-security.kubernetes.io/enforce: privileged') +
      workload({ container: 'securityContext: { privileged: true }' }),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(podSecurityRefused, yaml)).toEqual(hits);
});
