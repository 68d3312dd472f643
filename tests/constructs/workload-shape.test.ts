import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { render, workloadSpec } from '../../charts-src/constructs/workload-shape.ts';
import type {
  ContainerModel,
  EnvironmentVariable,
  PodModel,
  ProbeHandler,
  VolumeModel,
  WorkloadModel,
} from '../../charts-src/model/workload.ts';
import { NASTY_STRINGS } from '../support/nasty-strings.ts';

// Machines that run other things too take their time.
vi.setConfig({ testTimeout: 60_000 });

/** What a shape's own strings look like, or almost. */
const HOLES = [
  'hole-0-x',
  'hole-1-x',
  'hole-99-x',
  'hole-',
  'hole--x',
  'hole-0-xx',
  'x-hole-0-x',
  'hole-0-x\n',
  'hole-00-x',
];

/** Strings that Kubernetes might refuse, but that may not be changed on the way. */
const text = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(...HOLES, '', 'kind', 'Always', 'Deployment', '__proto__', 'constructor', '#0'),
  },
  { weight: 1, arbitrary: fc.constantFrom(...NASTY_STRINGS) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
);
/** Names of variables and volumes, by which cdk8s-plus-28 keeps them apart; a number would change their order. */
const name = fc
  .oneof(
    fc.constantFrom(...HOLES.filter((hole) => !hole.includes('\n')), 'tmp', 'A_B', 'data'),
    fc.stringMatching(/^[a-z][a-zA-Z_-]{0,8}$/),
  )
  .filter((found) => found !== '__proto__');
const number = fc.integer({ min: 1, max: 70_000 });

const handler: fc.Arbitrary<ProbeHandler> = fc.oneof(
  fc.record({ kind: fc.constant('http' as const), path: text.map((path) => `/${path}`), port: number }),
  fc.record({ kind: fc.constant('tcp' as const), port: number }),
  fc.record({ kind: fc.constant('exec' as const), command: fc.array(text, { minLength: 1, maxLength: 3 }) }),
);
const probe = fc.record({ handler, periodSeconds: number, timeoutSeconds: number, failureThreshold: number });

const variable: fc.Arbitrary<EnvironmentVariable> = fc.oneof(
  fc.record({ name, value: text }),
  fc.record({ name, configMap: name, key: text }),
  fc.record({ name, kind: fc.constantFrom('pod-name' as const, 'pod-index' as const) }),
);

const volume: fc.Arbitrary<VolumeModel> = fc.oneof(
  fc.record({ kind: fc.constant('emptyDir' as const), name, sizeMib: number }),
  fc.record({ kind: fc.constant('configMap' as const), name, configMap: name }),
  fc.record({ kind: fc.constant('secret' as const), name, secret: name }),
  fc.record({ kind: fc.constant('claim' as const), name, sizeGib: number, storageClass: text }),
);

const distinct = <T extends { readonly name: string }>(items: fc.Arbitrary<T>, maxLength: number) =>
  fc.uniqueArray(items, { maxLength, selector: (item) => item.name });

const pod: fc.Arbitrary<PodModel> = distinct(volume, 4).chain((volumes) => {
  const container: fc.Arbitrary<ContainerModel> = fc.record(
    {
      name,
      image: text.filter((image) => image !== ''),
      imagePullPolicy: fc.constantFrom('Always' as const, 'IfNotPresent' as const),
      command: fc.array(text, { minLength: 1, maxLength: 3 }),
      ports: fc
        .uniqueArray(fc.record({ name, number }), { maxLength: 2, selector: ({ number }) => number })
        .map((ports) => ports.map((port, index) => ({ ...port, name: `${port.name}${index}` }))),
      environment: distinct(variable, 5),
      mounts: fc.subarray([...volumes]).chain((mounted) =>
        fc.tuple(
          ...mounted.map(({ name: mount }, index) =>
            fc.record({
              volume: fc.constant(mount),
              path: text.map((path) => `/${index}${path}`),
              isReadOnly: fc.boolean(),
            }),
          ),
        ),
      ),
      resources: fc.record({
        cpuMillis: number,
        memoryMib: number,
        ephemeralStorageMib: number,
        hasCpuLimit: fc.boolean(),
      }),
      startup: probe,
      liveness: probe,
      readiness: probe,
      drainSeconds: number,
    },
    { requiredKeys: ['name', 'image', 'imagePullPolicy', 'ports', 'environment', 'mounts', 'resources'] },
  );
  return fc.record({
    labels: fc.dictionary(fc.oneof(name, fc.constant('kind')), text, { maxKeys: 4 }),
    annotations: fc.dictionary(name, text, { maxKeys: 3 }),
    selector: fc.dictionary(fc.oneof(name, fc.constant('kind')), text, { minKeys: 1, maxKeys: 2 }),
    serviceAccount: name,
    userId: number,
    graceSeconds: number,
    // What ends by itself is asked nothing.
    initContainers: distinct(
      container.map(({ startup, liveness, readiness, drainSeconds, ...init }) => {
        void [startup, liveness, readiness, drainSeconds];
        return init;
      }),
      1,
    ),
    containers: fc.tuple(container).map(([one]) => [one]),
    volumes: fc.constant(volumes),
  });
});

const workload: fc.Arbitrary<WorkloadModel> = fc.oneof(
  fc.record({ kind: fc.constant('Deployment' as const), replicas: fc.option(number, { nil: undefined }), pod }),
  fc.record({ kind: fc.constant('StatefulSet' as const), replicas: number, serviceName: text, pod }),
  fc.record({ kind: fc.constant('Job' as const), pod }),
);

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a stamped workload', () => {
  test('is the one that cdk8s-plus-28 makes of the same model', () => {
    fc.assert(
      fc.property(workload, (model) => {
        expect(json(workloadSpec(model))).toEqual(json(render(model)));
      }),
      { numRuns: 150 },
    );
  });

  test('has its own strings and none of the one before it in the same shape', () => {
    const model = (word: string): WorkloadModel => ({
      kind: 'Deployment',
      replicas: 2,
      pod: {
        labels: { app: word },
        annotations: { note: `${word} again` },
        selector: { app: word },
        serviceAccount: word,
        userId: 1,
        graceSeconds: 1,
        initContainers: [],
        containers: [
          {
            name: 'app',
            image: `${word}:1`,
            imagePullPolicy: 'Always',
            ports: [],
            environment: [{ name: 'WORD', value: word }],
            mounts: [],
            resources: { cpuMillis: 1, memoryMib: 1, ephemeralStorageMib: 1, hasCpuLimit: true },
          },
        ],
        volumes: [],
      },
    });
    const first = JSON.stringify(workloadSpec(model('first')));
    const second = JSON.stringify(workloadSpec(model('second')));
    expect(second).not.toContain('first');
    expect(second).toBe(first.replaceAll('first', 'second'));
    expect(JSON.stringify(workloadSpec(model('first')))).toBe(first);
  });
});
