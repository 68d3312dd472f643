import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlanFile } from '../../charts-src/canary/plan-file.ts';
import { project, type Project } from '../cli/project.ts';
import type { ApiServer, KubernetesObject } from '../support/api-server.ts';
import { runEngine } from '../support/canary-engine.ts';
import {
  grantPrinted,
  makeTarget,
  NAMESPACE,
  quickPlan,
  virtualService,
  writesOf,
  startTargetServer,
  type PlayedProxy,
  type TargetServer,
} from '../support/canary-target.ts';

// Runs on a real API server, of routes that are no plain HTTP routes with weights: each write is compared as a whole.
let targets: TargetServer;
let server: ApiServer;
let proxy: PlayedProxy;
let here: Project;
beforeAll(async () => {
  targets = await startTargetServer();
  ({ server, proxy } = targets);
  here = project();
});
afterAll(async () => {
  here?.remove();
  await targets?.stop();
});

type Spec = Readonly<Record<string, unknown>>;

const to = (name: string, subset: string, weight?: number) => ({
  destination: { host: name, subset },
  ...(weight !== undefined && { weight }),
});

/** Runs a plan on a VirtualService with this spec, and undoes it. Gives every spec that was written, and the last one. */
const runAndUndo = async (name: string, spec: Spec, more: Partial<PlanFile>) => {
  await makeTarget(server, name);
  const object: KubernetesObject = { ...virtualService(name), spec };
  await server.apply(object);
  const written = quickPlan(name, more);
  // A file cannot say so: istiod may hold a push back for 10 s. Here is none.
  const plan = { ...written, acknowledgement: { ...written.acknowledgement, timedFallbackMs: 50 } };
  const kubeconfig = await grantPrinted(server, plan, name);
  const ending = await runEngine({ plan, kubeconfig, envoy: proxy.envoyOf(name) });
  expect(ending).toMatchObject({ ending: 'over', rollout: { phase: 'Promoted' } });
  const specs = distinct(name);
  const { code, err } = await here.weft(['canary', 'undo', name, '-n', NAMESPACE, '--kubeconfig', kubeconfig, '--yes']);
  expect(code, err).toBe(0);
  const after = await server.read(object);
  expect(Object.keys(after.metadata['annotations'] as object)).toEqual(['team']); // as virtualService has it
  return { specs, undone: after['spec'] };
};

/** Specs as they were written, without those that changed annotations alone, and with a marker for every marker. */
const distinct = (name: string): readonly Spec[] =>
  writesOf(server.auditEvents(), name)
    .flatMap(({ responseObject }) => (responseObject === undefined ? [] : [unmarked(responseObject['spec'])]))
    .filter((spec, index, all) => index === 0 || JSON.stringify(spec) !== JSON.stringify(all[index - 1]));

const unmarked = (spec: unknown): Spec =>
  JSON.parse(JSON.stringify(spec).replaceAll(/weft-(match-)?[a-z0-9]+-\d+/g, 'weft-$1R')) as Spec;

describe('routes of TCP and TLS', () => {
  const specOf = (name: string, { v1, v2 }: { v1: number; v2: number }): Spec => {
    const route = [to(name, 'v1', v1), to(name, 'v2', v2)];
    const foreign = { match: [{ port: 6379 }], route: [{ destination: { host: 'cache' } }] };
    return {
      hosts: [name],
      tcp: [{ match: [{ port: 5432 }], route }, foreign],
      tls: [{ match: [{ port: 443, sniHosts: [name] }], route }],
    };
  };

  test('weights move in all of them, nothing else does, and undo gives back what was there', async () => {
    const name = 'streams';
    const before = specOf(name, { v1: 100, v2: 0 });
    const { specs, undone } = await runAndUndo(name, before, { steps: [10, 50] });
    expect(specs).toEqual([
      before,
      specOf(name, { v1: 90, v2: 10 }),
      specOf(name, { v1: 50, v2: 50 }),
      specOf(name, { v1: 0, v2: 100 }),
    ]);
    expect(undone).toEqual(before);
  });
});

describe('blue/green', () => {
  test('who asks by header sees the new version first, then all do at once, and undo switches back', async () => {
    const name = 'blue-green';
    const plain = (v1: number, v2: number, marker = '') => ({
      name: `all${marker}`,
      retries: { attempts: 0 },
      route: [to(name, 'v1', v1), to(name, 'v2', v2)],
    });
    const preview = {
      name: 'all.weft-match-R',
      retries: { attempts: 0 },
      match: [{ headers: { 'x-preview': { exact: 'green' } } }],
      route: [to(name, 'v2')],
    };
    const spec = (...http: readonly object[]): Spec => ({ hosts: [name], http });
    const { specs, undone } = await runAndUndo(name, spec(plain(100, 0)), {
      steps: { blueGreen: { preview: '10ms' } },
      match: [{ headers: { 'x-preview': { exact: 'green' } } }],
    });
    expect(specs).toEqual([
      spec(plain(100, 0)),
      spec(preview, plain(100, 0, '.weft-R')),
      spec(plain(0, 100, '.weft-R')),
      spec(plain(0, 100)),
    ]);
    expect(undone).toEqual(spec(plain(100, 0)));
  });
});

describe('cookies', () => {
  test('who has the cookie goes to the new version, in every route and beside what the route asks for itself', async () => {
    const name = 'cookies';
    const beta = '(?:.*;\\s*)?beta=yes(?:;.*)?';
    const api = { uri: { prefix: '/api' } };
    const weighted = (v1: number, v2: number) => [to(name, 'v1', v1), to(name, 'v2', v2)];
    const before: Spec = {
      hosts: [name],
      http: [{ name: 'api', match: [api], timeout: '2s', route: [to(name, 'v1')] }, { route: weighted(100, 0) }],
    };
    const inStep = (v1: number, v2: number): Spec => ({
      hosts: [name],
      http: [
        {
          name: 'api.weft-match-R',
          match: [{ ...api, headers: { cookie: { regex: beta } } }],
          timeout: '2s',
          route: [to(name, 'v2')],
        },
        { name: 'api.weft-R', match: [api], timeout: '2s', route: weighted(v1, v2) },
        { name: 'weft-match-R', match: [{ headers: { cookie: { regex: beta } } }], route: [to(name, 'v2')] },
        { name: 'weft-R', route: weighted(v1, v2) },
      ],
    });
    const { specs, undone } = await runAndUndo(name, before, {
      steps: [10, 50],
      match: [{ cookies: { beta: { exact: 'yes' } } }],
    });
    const promoted = (...names: readonly [string, string]): Spec => ({
      hosts: [name],
      http: [
        { name: names[0], match: [api], timeout: '2s', route: weighted(0, 100) },
        { ...(names[1] !== '' && { name: names[1] }), route: weighted(0, 100) },
      ],
    });
    expect(specs).toEqual([
      before,
      inStep(90, 10),
      inStep(50, 50),
      promoted('api.weft-R', 'weft-R'),
      promoted('api', ''),
    ]);
    expect(undone).toEqual(before);
  });
});
