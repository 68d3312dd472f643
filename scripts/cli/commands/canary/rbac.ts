import { command, formatOption } from '../../command.ts';
import { clusterOptions, planOptions } from './options.ts';

/** `weft canary rbac`: the rights that a run needs. */
export const rbac = command({
  name: 'rbac',
  summary: 'Print the Roles that allow just this run.',
  description:
    'Prints Roles and RoleBindings in YAML, for kubectl apply: get, watch and update on the named VirtualServices,\n' +
    'get on the DestinationRule, list on EndpointSlices and pods, and nothing else. What acknowledgement\n' +
    'from outside the mesh takes is nearly as much as being admin of the pods, so that is a Role of its own.',
  arguments: [{ name: '[service]', says: 'Service whose requests are moved; may be left out with --plan' }],
  options: {
    ...planOptions,
    serviceAccount: { type: 'string', value: 'name', says: 'who gets the rights: a service account, [namespace/]name' },
    user: { type: 'string', value: 'name', says: 'who gets the rights: a user' },
    group: { type: 'string', value: 'name', says: 'who gets the rights: a group' },
    name: { type: 'string', value: 'name', says: 'name of the Roles (default: weft-canary-<service>)' },
    portForward: {
      type: 'strings',
      value: 'namespace',
      says: 'add the Role for asking proxies from outside the mesh, in this namespace of callers; repeats',
    },
    istioNamespace: {
      type: 'string',
      value: 'name',
      default: 'istio-system',
      says: 'with --port-forward: namespace of istiod',
    },
    ...clusterOptions,
    format: formatOption('yaml', 'json'),
  },
  examples: [
    { line: 'weft canary rbac --plan canary.yaml --service-account shop/release', says: 'for a pipeline' },
    { line: 'weft canary rbac order-service -n shop --from v1 --to v2 --user ada', says: 'for a user' },
  ],
  next: 'kubectl apply -f -, by somebody who may',
  async run({ values, positionals: [service] }, world) {
    const { runRbac } = await import('../../canary/run-rbac.ts');
    return runRbac({ ...values, service }, world);
  },
});
