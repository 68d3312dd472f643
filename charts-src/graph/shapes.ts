import type { Conformed } from '../model/conform.ts';
import type { Schema } from '../model/schema.ts';

// The parts of Kubernetes' kinds that the graph reads. Everything else passes through untouched.
// Source: Kubernetes API 1.34

const labels = { type: 'map', values: 'string' } as const;
const strings = { type: 'list', items: 'string' } as const;
const expressions = {
  type: 'list',
  items: { type: 'object', fields: { key: 'string', operator: 'string', values: strings } },
} as const;
/** A selector of Kubernetes, by labels and expressions. */
export const labelSelectorShape = {
  type: 'object',
  fields: { matchLabels: labels, matchExpressions: expressions },
} as const;

/** A ConfigMap or Secret by its name, and whether pods start without it. */
const named = { name: 'string', optional: 'boolean' } as const;
const keyRef = { type: 'object', fields: { ...named, key: 'string' } } as const;
const items = { type: 'list', items: { type: 'object', fields: { key: 'string', path: 'string' } } } as const;

const handler = {
  type: 'object',
  fields: {
    exec: { type: 'object', fields: { command: strings } },
    httpGet: { type: 'object', fields: { path: 'string', port: 'any', scheme: 'string' } },
    tcpSocket: { type: 'object', fields: { port: 'any' } },
    grpc: { type: 'object', fields: { port: 'any', service: 'string' } },
    sleep: { type: 'object', fields: { seconds: 'integer' } },
    initialDelaySeconds: 'integer',
    periodSeconds: 'integer',
    timeoutSeconds: 'integer',
    failureThreshold: 'integer',
    successThreshold: 'integer',
  },
} as const;

const container = {
  type: 'object',
  fields: {
    name: 'string',
    image: 'string',
    imagePullPolicy: 'string',
    restartPolicy: 'string',
    command: strings,
    args: strings,
    ports: {
      type: 'list',
      items: {
        type: 'object',
        fields: { name: 'string', containerPort: 'integer', protocol: 'string', hostPort: 'integer' },
      },
    },
    env: {
      type: 'list',
      items: {
        type: 'object',
        fields: {
          name: 'string',
          value: 'string',
          valueFrom: {
            type: 'object',
            fields: { secretKeyRef: keyRef, configMapKeyRef: keyRef },
          },
        },
      },
    },
    envFrom: {
      type: 'list',
      items: {
        type: 'object',
        fields: { secretRef: { type: 'object', fields: named }, configMapRef: { type: 'object', fields: named } },
      },
    },
    livenessProbe: handler,
    readinessProbe: handler,
    startupProbe: handler,
    lifecycle: { type: 'object', fields: { preStop: handler, postStart: handler } },
    resources: {
      type: 'object',
      fields: { requests: { type: 'map', values: 'any' }, limits: { type: 'map', values: 'any' } },
    },
    securityContext: {
      type: 'object',
      fields: {
        runAsUser: 'integer',
        runAsGroup: 'integer',
        runAsNonRoot: 'boolean',
        privileged: 'boolean',
        allowPrivilegeEscalation: 'boolean',
        readOnlyRootFilesystem: 'boolean',
        capabilities: { type: 'object', fields: { add: strings, drop: strings } },
        seccompProfile: { type: 'object', fields: { type: 'string' } },
      },
    },
    volumeMounts: {
      type: 'list',
      items: { type: 'object', fields: { name: 'string', mountPath: 'string', readOnly: 'boolean' } },
    },
  },
} as const;

const podSpec = {
  type: 'object',
  fields: {
    containers: { type: 'list', items: container },
    initContainers: { type: 'list', items: container },
    serviceAccountName: 'string',
    serviceAccount: 'string',
    automountServiceAccountToken: 'boolean',
    hostNetwork: 'boolean',
    hostPID: 'boolean',
    hostIPC: 'boolean',
    restartPolicy: 'string',
    terminationGracePeriodSeconds: 'integer',
    enableServiceLinks: 'boolean',
    securityContext: {
      type: 'object',
      fields: {
        runAsUser: 'integer',
        runAsGroup: 'integer',
        runAsNonRoot: 'boolean',
        seccompProfile: { type: 'object', fields: { type: 'string' } },
      },
    },
    affinity: 'any',
    topologySpreadConstraints: {
      type: 'list',
      items: {
        type: 'object',
        fields: { topologyKey: 'string', whenUnsatisfiable: 'string', labelSelector: labelSelectorShape },
      },
    },
    volumes: {
      type: 'list',
      items: {
        type: 'object',
        fields: {
          name: 'string',
          hostPath: { type: 'object', fields: { path: 'string' } },
          secret: { type: 'object', fields: { secretName: 'string', optional: 'boolean', items } },
          configMap: { type: 'object', fields: { ...named, items } },
          projected: {
            type: 'object',
            fields: {
              sources: {
                type: 'list',
                items: {
                  type: 'object',
                  fields: {
                    secret: { type: 'object', fields: { ...named, items } },
                    configMap: { type: 'object', fields: { ...named, items } },
                  },
                },
              },
            },
          },
          persistentVolumeClaim: { type: 'object', fields: { claimName: 'string' } },
        },
      },
    },
  },
} as const;

const podTemplate = {
  type: 'object',
  fields: {
    metadata: { type: 'object', fields: { labels, annotations: labels } },
    spec: podSpec,
  },
} as const;

const strategy = {
  type: 'object',
  fields: {
    type: 'string',
    rollingUpdate: { type: 'object', fields: { maxUnavailable: 'any', maxSurge: 'any', partition: 'integer' } },
  },
} as const;

/** Spec of a Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or Rollout: what all of them may have. */
export const workloadSpecShape = {
  type: 'object',
  fields: {
    replicas: 'integer',
    selector: labelSelectorShape,
    template: podTemplate,
    strategy,
    updateStrategy: strategy,
    minReadySeconds: 'integer',
    progressDeadlineSeconds: 'integer',
    paused: 'boolean',
    serviceName: 'string',
    parallelism: 'integer',
    workloadRef: { type: 'object', fields: { kind: 'string', name: 'string' } },
  },
} as const satisfies Schema;

export const cronJobSpecShape = {
  type: 'object',
  fields: { jobTemplate: { type: 'object', fields: { spec: workloadSpecShape } } },
} as const satisfies Schema;

export const podSpecShape = podSpec satisfies Schema;

export const serviceSpecShape = {
  type: 'object',
  fields: {
    type: 'string',
    clusterIP: 'string',
    externalName: 'string',
    selector: labels,
    publishNotReadyAddresses: 'boolean',
    externalIPs: strings,
    ports: {
      type: 'list',
      items: {
        type: 'object',
        fields: {
          name: 'string',
          port: 'integer',
          targetPort: 'any',
          protocol: 'string',
          appProtocol: 'string',
          nodePort: 'integer',
        },
      },
    },
  },
} as const satisfies Schema;

export const autoscalerSpecShape = {
  type: 'object',
  fields: {
    minReplicas: 'integer',
    maxReplicas: 'integer',
    scaleTargetRef: { type: 'object', fields: { apiVersion: 'string', kind: 'string', name: 'string' } },
  },
} as const satisfies Schema;

export const disruptionBudgetSpecShape = {
  type: 'object',
  fields: { minAvailable: 'any', maxUnavailable: 'any', selector: labelSelectorShape },
} as const satisfies Schema;

export type PodSpec = Conformed<typeof podSpec>;
export type Container = Conformed<typeof container>;
export type ProbeHandler = Conformed<typeof handler>;
export type WorkloadSpec = Conformed<typeof workloadSpecShape>;
export type ServiceSpec = Conformed<typeof serviceSpecShape>;
export type ServicePortSpec = NonNullable<ServiceSpec['ports']>[number];
export type AutoscalerSpec = Conformed<typeof autoscalerSpecShape>;
export type DisruptionBudgetSpec = Conformed<typeof disruptionBudgetSpecShape>;
export type LabelSelectorSpec = Conformed<typeof labelSelectorShape>;
