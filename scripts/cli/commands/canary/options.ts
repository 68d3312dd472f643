/** Options that several commands of `weft canary` have in common. */

/** Which cluster, as for kubectl. */
export const clusterOptions = {
  kubeconfig: {
    type: 'string',
    value: 'file',
    says: 'kubeconfig (default: $KUBECONFIG, ~/.kube/config, or the pod that this runs in)',
    completes: 'file',
  },
  context: { type: 'string', value: 'name', says: 'context of kubeconfig (default: the current one)' },
  namespace: {
    type: 'string',
    short: 'n',
    value: 'name',
    says: "namespace of the service (default: the plan's, else the context's)",
  },
} as const;

/** Which VirtualService holds the run. */
export const holderOptions = {
  virtualService: {
    type: 'strings',
    value: 'name',
    says: 'VirtualService, [namespace/]name; the first one holds the run, repeats (default: the service)',
  },
} as const;

/** A plan by file or by options. */
export const planOptions = {
  plan: {
    type: 'string',
    value: 'file',
    says: 'file with the plan, YAML or JSON, - for stdin; the options below are for small plans without one',
    completes: 'file',
  },
  from: { type: 'string', value: 'subset', says: 'the stable version: a subset of the DestinationRule' },
  to: { type: 'string', value: 'subset', says: 'the new version' },
  ...holderOptions,
  destinationRule: {
    type: 'string',
    value: 'name',
    says: 'DestinationRule with the subsets (default: the service)',
  },
  route: {
    type: 'strings',
    value: 'name',
    says: 'name of a route to move; repeats (default: every route that sends to the stable version)',
  },
  steps: {
    type: 'string',
    value: 'weights',
    says: 'per cent of the new version, step by step: 5,25,50 (default: 1,5,10,25,50)',
  },
  hold: { type: 'string', value: 'duration', says: 'how long a step is held at least (default: 60s)' },
  promotion: {
    type: 'string',
    choices: ['automatic', 'manual', 'none'],
    says: 'after the last step: all requests, the same once somebody says promote, or nothing (default: automatic)',
  },
  analysis: {
    type: 'string',
    choices: ['on', 'off'],
    default: 'on',
    says: 'off: no metrics are read, and time alone leads on',
  },
} as const;

/** Where metrics are read. */
export const metricsOptions = {
  prometheus: {
    type: 'string',
    value: 'url',
    says: 'Prometheus with Istio’s metrics (default: $PROMETHEUS_URL)',
  },
} as const;

/** Whether something is written, and who is asked first. */
export const writeOptions = {
  dryRun: {
    type: 'string',
    value: 'where',
    choices: ['client', 'server'],
    says: 'write nothing: client prints what would be written, server also lets the cluster judge it',
  },
  yes: { type: 'boolean', short: 'y', says: 'do not ask; needed where there is no terminal' },
} as const;
