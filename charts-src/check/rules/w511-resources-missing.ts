import { appContainers } from '../app-containers.ts';
import { longRunning } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** The scheduler does not know what pods need, and nothing keeps them from taking a node's memory. */
export const resourcesMissing = {
  code: 'W511',
  name: 'resources-missing',
  severity: 'warning',
  summary: 'Containers do not say what CPU and memory they need.',
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet'],
  *check(graph) {
    for (const workload of longRunning(graph)) {
      const missing = appContainers(workload).flatMap(({ container, at }) =>
        ASKED.filter(([kind, resource]) => !isSaid(container.resources, kind, resource)).map(([kind, resource]) => ({
          container,
          at: [...at, 'resources'],
          what: `${kind}.${resource}`,
        })),
      );
      const [first] = missing;
      if (first === undefined) continue;
      const names = [...new Set(missing.map(({ container }) => `"${container.name ?? ''}"`))];
      const whats = [...new Set(missing.map(({ what }) => what))];
      yield {
        manifest: workload.manifest,
        at: first.at,
        message: `container ${names.join(', ')} has no ${whats.join(', no ')}: ${effects(whats)}`,
        fix: 'set resources.requests.cpu, resources.requests.memory and resources.limits.memory to what was measured',
      };
    }
  },
} satisfies Rule;

type Resources = Readonly<Partial<Record<'requests' | 'limits', Readonly<Record<string, unknown>>>>>;

const ASKED = [
  ['requests', 'cpu'],
  ['requests', 'memory'],
  ['limits', 'memory'],
] as const;

// A limit without a request is the request as well.
const isSaid = (resources: Resources | undefined, kind: 'requests' | 'limits', resource: string): boolean =>
  resources?.[kind]?.[resource] !== undefined || (kind === 'requests' && resources?.limits?.[resource] !== undefined);

const effects = (whats: readonly string[]): string =>
  [
    ...(whats.some((what) => what.startsWith('requests'))
      ? ['the scheduler puts pods where there is no room, and they are evicted first']
      : []),
    ...(whats.includes('limits.memory') ? ['a leak takes the memory of the whole node'] : []),
  ].join('; ');
