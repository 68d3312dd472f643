import { CALL_KINDS, callsOf, type App } from '../../graph/calls.ts';
import { components } from '../../graph/components.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { Path } from '../../model/schema.ts';
import { initContainers } from '../app-containers.ts';
import { longRunning } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** Services whose pods wait for each other before they start: none ever does. */
export const startupCircle = {
  code: 'W605',
  name: 'startup-circle',
  severity: 'warning',
  summary: 'Services wait for each other before they start.',
  reads: CALL_KINDS,
  *check(graph: MeshGraph) {
    const waits = waitsOf(graph);
    for (const group of components(waits.keys(), (app) => (waits.get(app) ?? []).map(({ awaits }) => awaits))) {
      if (group.length < 2) continue;
      const inside = new Set(group);
      const told = group
        .flatMap((app) =>
          (waits.get(app) ?? []).filter(({ awaits }) => inside.has(awaits)).map((wait) => ({ app, ...wait })),
        )
        .sort((one, other) => (one.app.name < other.app.name ? -1 : 1));
      const [first] = told;
      if (first === undefined) continue;
      yield {
        manifest: first.manifest,
        at: first.at,
        message:
          `${told.map(({ app, awaits, manifest, at }) => `${app.name} waits for ${awaits.name} (${manifest.position(at).file}:${manifest.position(at).line})`).join(', ')}: ` +
          'when all of them are down, none can start again',
        fix: 'remove the init containers that wait, and let each service start without the others and try again',
      };
    }
  },
} satisfies Rule;

interface Wait {
  readonly awaits: App;
  readonly manifest: Manifest;
  readonly at: Path;
}

/** Loops and tools that go on until somebody answers. */
const WAITS = /\b(?:until|while)\b|wait-for|wait4x|dockerize|nc\s+-\w*z/i;

function waitsOf(graph: MeshGraph): ReadonlyMap<App, readonly Wait[]> {
  const { appOf, appOfHost, hostOf } = callsOf(graph);
  const found = new Map<App, Wait[]>();
  for (const workload of longRunning(graph)) {
    const app = appOf(workload);
    if (app === undefined) continue;
    for (const { container, at } of initContainers(workload)) {
      const text = [...(container.command ?? []), ...(container.args ?? [])].join(' ');
      if (!WAITS.test(`${container.image ?? ''} ${text}`)) continue;
      for (const word of new Set(text.toLowerCase().match(/[a-z0-9][a-z0-9.-]*[a-z0-9]/g) ?? [])) {
        const host = hostOf(word, workload.namespace);
        const awaits = host && appOfHost(host);
        if (awaits === undefined || awaits === app) continue;
        const list = found.get(app);
        const wait = { awaits, manifest: workload.manifest, at };
        if (list) list.push(wait);
        else found.set(app, [wait]);
      }
    }
  }
  return found;
}
