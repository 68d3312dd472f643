import { describe, expect, test } from 'vitest';
import {
  fieldProblems,
  imageProblems,
  operationProblems,
  patienceProblems,
  policyProblems,
  scalingProblems,
  versionProblems,
} from '../../charts-src/model/problems.ts';
import type { Contract } from '../../charts-src/model/contract.ts';
import type { Scaling, VersionProps } from '../../charts-src/model/service.ts';
import type { Retries, TrafficPolicy } from '../../charts-src/model/traffic-policy.ts';
import { IMAGE, stock, users } from '../constructs/rendered.ts';

/** Data that no compiler has seen. */
const untyped = (value: unknown) => value as never;

test('fieldProblems names the fields that have one', () => {
  expect(fieldProblems({ a: undefined, b: 'is bad', c: 'too' })).toEqual(['b: is bad.', 'c: too.']);
});

describe('imageProblems', () => {
  const DIGEST = `@sha256:${'a'.repeat(64)}`;

  test.each([
    `app${DIGEST}`,
    `app:1${DIGEST}`,
    `app:latest${DIGEST}`,
    `registry.example:5000/team/app:1.0.0-rc.1${DIGEST}`,
    `127.0.0.1:5000/a_b/c-d.e${DIGEST}`,
    IMAGE,
  ])('is silent about %s', (image) => {
    expect(imageProblems('image', image, false)).toEqual([]);
  });

  test.each(['app:1', 'localhost:5000/app:1.2.3', 'a/b:V1'])('takes %s where tags are taken', (image) => {
    expect(imageProblems('image', image, true)).toEqual([]);
    expect(imageProblems('image', image, false)).toEqual([
      `image: "${image}" has no digest, so what runs can change without a change here. Add @sha256:…, or let the mesh take images by tag with a reason.`,
    ]);
  });

  test.each(['app', 'app:latest', 'localhost:5000/app', 'registry.example/app:latest'])(
    'takes %s nowhere: it names no fixed tag',
    (image) => {
      for (const takesTags of [true, false])
        expect(imageProblems('image', image, takesTags)).toEqual([
          `image: "${image}" names no fixed tag, so every start of a pod may run something else. Name a tag and a digest.`,
        ]);
    },
  );

  test.each([
    'App:1',
    'a/B:1',
    'app :1',
    'app:1@sha256:abc',
    'app:1@md5:abc',
    'app:',
    '/app:1',
    'app//b:1:2',
    'https://a/b:1',
  ])('takes %s nowhere: it is none', (image) => {
    expect(imageProblems('image', image, true)).toEqual([
      `image: "${image}" is no image reference. Write repository:tag@sha256:<64 hexadecimal digits>.`,
    ]);
  });

  test.each([undefined, null, '', 5, {}])('misses %o', (image) => {
    expect(imageProblems('versions.v1.image', image, true)).toEqual([
      'versions.v1.image: is missing. Name what runs, as repository:tag@sha256:….',
    ]);
  });
});

describe('scalingProblems', () => {
  test.each<{ scaling: Scaling | undefined }>([
    { scaling: undefined },
    { scaling: { replicas: 1 } },
    { scaling: { replicas: 200 } },
    { scaling: { minReplicas: 2, maxReplicas: 3 } },
    { scaling: { minReplicas: 2, maxReplicas: 3, targetCpuPercent: 1 } },
    { scaling: { minReplicas: 2, maxReplicas: 3, targetCpuPercent: 100 } },
  ])('is silent about $scaling', ({ scaling }) => {
    expect(scalingProblems(scaling, 'scaling')).toEqual([]);
  });

  const noRoom = (max: number, min: number) =>
    `scaling.maxReplicas: ${max} leaves the autoscaler no room above minReplicas ${min}.`;
  test.each<{ scaling: Record<string, unknown>; says: string[] }>([
    { scaling: { replicas: 0 }, says: ['scaling.replicas: 0 is no whole number above 0.'] },
    { scaling: { replicas: -1 }, says: ['scaling.replicas: -1 is no whole number above 0.'] },
    { scaling: { replicas: 1.5 }, says: ['scaling.replicas: 1.5 is no whole number above 0.'] },
    { scaling: { replicas: '3' }, says: ['scaling.replicas: "3" is no whole number above 0.'] },
    {
      scaling: { minReplicas: 1, maxReplicas: 3 },
      says: ['scaling.minReplicas: 1 is fewer than 2: one pod is an outage at every restart.'],
    },
    { scaling: { minReplicas: 2, maxReplicas: 2 }, says: [noRoom(2, 2)] },
    { scaling: { minReplicas: 3, maxReplicas: 2 }, says: [noRoom(2, 3)] },
    { scaling: { minReplicas: 2.5, maxReplicas: 4 }, says: ['scaling.minReplicas: 2.5 is no whole number.'] },
    { scaling: { minReplicas: 2, maxReplicas: 4.5 }, says: ['scaling.maxReplicas: 4.5 is no whole number.'] },
    { scaling: { minReplicas: 2 }, says: ['scaling.maxReplicas: nothing is no whole number.'] },
    { scaling: { maxReplicas: 2 }, says: ['scaling.minReplicas: nothing is no whole number.'] },
    {
      scaling: { minReplicas: 2, maxReplicas: 4, targetCpuPercent: 101 },
      says: ['scaling.targetCpuPercent: 101 is no whole number from 1 to 100.'],
    },
    {
      scaling: { minReplicas: 2, maxReplicas: 4, targetCpuPercent: 0 },
      says: ['scaling.targetCpuPercent: 0 is no whole number from 1 to 100.'],
    },
    {
      scaling: { replicas: 2, minReplicas: 2, maxReplicas: 4 },
      says: ['scaling: replicas and minReplicas exclude each other: each apply would undo the autoscaler. Keep one.'],
    },
    {
      scaling: {},
      says: ['scaling: says no number of pods. Write { replicas: 2 }, or { minReplicas: 2, maxReplicas: 6 }.'],
    },
  ])('says of $scaling: $says', ({ scaling, says }) => {
    expect(scalingProblems(untyped(scaling), 'scaling')).toEqual(says);
  });
});

describe('versionProblems', () => {
  test('is silent about good versions', () => {
    const versions: Record<string, VersionProps> = {
      v1: { image: IMAGE },
      canary: { image: IMAGE, scaling: { replicas: 1 } },
    };
    expect(versionProblems(versions, false)).toEqual([]);
  });

  test('tells everything at once, each with its place', () => {
    expect(versionProblems({}, false)).toEqual([
      'versions: there is none, so nothing would run. Give at least one, such as { v1: { image } }.',
    ]);
    const versions = untyped({ '1.0': { image: IMAGE }, v2: {}, v3: { image: 'app:3', scaling: { replicas: 0 } } });
    expect(versionProblems(versions, false).map((problem) => problem.split(':')[0])).toEqual([
      'versions.1.0',
      'versions.v2.image',
      'versions.v3.image',
      'versions.v3.scaling.replicas',
    ]);
  });
});

describe('operationProblems', () => {
  const retries = (more: object = {}): Retries & { idempotent?: string } => ({ attempts: 2, ...more });
  const none = 'operations: none is named, so the edge to users would allow nothing. Name those that are called.';
  const twice = (names: string) =>
    `retries: ${names} would be done twice when a try fails after it was received. ` +
    `If the callee tells repeats apart by a key, write idempotent: 'by key'; else leave out retries.`;
  const unknown = (name: string, fix: string) =>
    `operations: "${name}" is no operation of the contract of users (it has getUser, listUsers, addUser, signIn, renameUser, putUser), so nothing would be allowed. ${fix}`;

  test.each<{ operations: string[]; with?: ReturnType<typeof retries>; says: string[] }>([
    { operations: ['getUser'], says: [] },
    { operations: ['getUser', 'putUser'], with: retries(), says: [] },
    { operations: ['addUser'], says: [] },
    { operations: ['addUser'], with: retries({ attempts: 0 }), says: [] },
    { operations: ['addUser'], with: retries({ idempotent: 'by key' }), says: [] },
    { operations: [], says: [none] },
    { operations: [], with: retries(), says: [none] },
    { operations: ['addUser'], with: retries(), says: [twice('addUser')] },
    { operations: ['getUser', 'renameUser', 'addUser'], with: retries(), says: [twice('renameUser, addUser')] },
    { operations: ['addUser'], with: retries({ idempotent: 'yes' }), says: [twice('addUser')] },
    { operations: ['getUsers'], says: [unknown('getUsers', 'Did you mean "getUser"?')] },
    { operations: ['erase'], says: [unknown('erase', 'Name one of these, or add it to the contract.')] },
    {
      operations: ['constructor', 'toString'],
      says: ['constructor', 'toString'].map((name) => unknown(name, 'Name one of these, or add it to the contract.')),
    },
    {
      operations: ['getUsers', 'addUser'],
      with: retries(),
      says: [unknown('getUsers', 'Did you mean "getUser"?'), twice('addUser')],
    },
  ])('says of $operations with $with: $says', ({ operations, with: wanted, says }) => {
    expect(operationProblems(users, operations, wanted)).toEqual(says);
  });

  test('leaves retries of gRPC to its conditions, which say that the callee has not begun', () => {
    expect(operationProblems(stock, ['Reserve'], retries())).toEqual([]);
  });

  test.each([['/users/{a}{b}'], ['users'], ['/users//x'], ['/users?all=1']])(
    'says that nothing can be made from the path %s',
    (path) => {
      const contract = untyped({
        protocol: 'http',
        name: 'c',
        basePath: '',
        operations: { get: { method: 'GET', path } },
      });
      const problems = operationProblems(contract as Contract, ['get'], undefined);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain('operations: get of the contract of c: ');
      expect(problems[0]).toContain(path);
    },
  );
});

describe('patienceProblems', () => {
  test.each([
    { timeout: undefined, retries: undefined },
    { timeout: '1ms', retries: { attempts: 0 } },
    { timeout: '9s', retries: { attempts: 10, perTryTimeout: '1ms' } },
  ] as const)('is silent about $timeout and $retries', ({ timeout, retries }) => {
    expect(patienceProblems(timeout, retries)).toEqual([]);
  });

  test.each<{ timeout?: unknown; retries?: unknown; says: string[] }>([
    { timeout: 30, says: ['timeout: "30" is no duration: write a number and a unit, such as 2s or 250ms.'] },
    { timeout: '0s', says: ['timeout: "0s" is shorter than 1ms, which Istio refuses: leave it out for none.'] },
    {
      retries: { attempts: 11 },
      says: ['retries.attempts: 11 is no whole number from 0 to 10; more tries multiply an outage.'],
    },
    {
      retries: { attempts: -1, perTryTimeout: '5' },
      says: [
        'retries.attempts: -1 is no whole number from 0 to 10; more tries multiply an outage.',
        'retries.perTryTimeout: "5" is no duration: write a number and a unit, such as 2s or 250ms.',
      ],
    },
  ])('says of $timeout and $retries: $says', ({ timeout, retries, says }) => {
    expect(patienceProblems(untyped(timeout), untyped(retries))).toEqual(says);
  });
});

describe('policyProblems', () => {
  test('is silent about limits that are', () => {
    const policy: TrafficPolicy = {
      connectionPool: {
        tcp: { maxConnections: 1, connectTimeout: '1ms' },
        http: {
          http1MaxPendingRequests: 1,
          http2MaxRequests: 1,
          maxRequestsPerConnection: 1,
          maxRetries: 1,
          idleTimeout: '1h',
        },
      },
      outlierDetection: { consecutive5xxErrors: 1, interval: '1ms', baseEjectionTime: '1s', maxEjectionPercent: 100 },
    };
    expect(policyProblems(policy, 'traffic')).toEqual([]);
    expect(policyProblems(undefined, 'traffic')).toEqual([]);
  });

  test('tells every field that is none, with its place', () => {
    const policy = untyped({
      connectionPool: {
        tcp: { maxConnections: 0, connectTimeout: '1' },
        http: {
          http1MaxPendingRequests: 0.5,
          http2MaxRequests: -1,
          maxRequestsPerConnection: 0,
          maxRetries: 0,
          idleTimeout: 5,
        },
      },
      outlierDetection: { consecutive5xxErrors: 0, interval: '0s', baseEjectionTime: 'x', maxEjectionPercent: 0 },
    });
    expect(policyProblems(policy, 'traffic').map((problem) => problem.split(': ')[0])).toEqual([
      'traffic.connectionPool.tcp.maxConnections',
      'traffic.connectionPool.tcp.connectTimeout',
      'traffic.connectionPool.http.http1MaxPendingRequests',
      'traffic.connectionPool.http.http2MaxRequests',
      'traffic.connectionPool.http.maxRequestsPerConnection',
      'traffic.connectionPool.http.maxRetries',
      'traffic.connectionPool.http.idleTimeout',
      'traffic.outlierDetection.consecutive5xxErrors',
      'traffic.outlierDetection.interval',
      'traffic.outlierDetection.baseEjectionTime',
      'traffic.outlierDetection.maxEjectionPercent',
    ]);
  });

  test.each([
    [12.5, '12.5 is no whole number from 1 to 100'],
    [0.5, '0.5 is no whole number from 1 to 100'],
    [101, '101 is no whole number from 1 to 100'],
  ])('takes no share of %d per cent', (maxEjectionPercent, problem) => {
    expect(policyProblems({ outlierDetection: { maxEjectionPercent } }, 'traffic')).toEqual([
      `traffic.outlierDetection.maxEjectionPercent: ${problem}.`,
    ]);
  });
});
