import { callsOf, type CallEvidence } from '../graph/calls.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { routeDestinations } from '../graph/route-destinations.ts';
import { workloadName, type Workload } from '../graph/workload.ts';
import { objectName, type Manifest } from '../manifest/manifest.ts';
import type { Reference, RolloutChange } from './change.ts';
import type { ObjectChange } from './objects.ts';

/** What is taken away while something still needs it. */
export function removalChanges(
  before: MeshGraph,
  after: MeshGraph,
  changes: readonly ObjectChange[],
): readonly RolloutChange[] {
  const users = new Map<string, Reference>();
  for (const virtualService of after.of('VirtualService'))
    for (const { host, at, share } of routeDestinations(virtualService, after.settings.clusterDomain))
      if (share > 0 && !users.has(host)) users.set(host, { manifest: virtualService.manifest, at });
  return changes.flatMap((change): readonly RolloutChange[] => {
    if (change.change !== 'removed' && change.change !== 'renamed') return [];
    const { before: manifest } = change;
    const workload = before.workloadOf(manifest);
    if (workload) return change.change === 'renamed' ? [] : removedWorkload(before, after, workload);
    if (manifest.group === '' && manifest.kind === 'Service') return removedService(before, after, manifest, users);
    if (manifest.kind === 'PodDisruptionBudget' && change.change === 'removed')
      return [
        {
          topic: 'risk',
          subject: objectName(manifest),
          message: 'is removed: when nodes are drained, all pods that it kept may be ended at once',
          by: { manifest, at: [] },
        },
      ];
    return [];
  });
}

function removedWorkload(before: MeshGraph, after: MeshGraph, workload: Workload): readonly RolloutChange[] {
  const emptied = before
    .servicesOf(workload)
    .filter(({ host }) => after.hostsNamed(host).some(({ workloads }) => workloads.length === 0));
  const isCalled = before.servicesOf(workload).length > 0;
  return [
    {
      topic: emptied.length > 0 ? 'risk' : isCalled ? 'order' : 'scale',
      subject: workloadName(workload),
      message:
        emptied.length > 0
          ? `is removed, and nothing is left behind ${emptied.map(({ host }) => host).join(', ')}: requests are answered 503`
          : isCalled
            ? 'is removed: apply the routes that leave it first, then remove it'
            : 'is removed',
      by: { manifest: workload.manifest, at: [] },
    },
  ];
}

/** Somebody may still call a Service that is gone, by a route or by its name. */
function removedService(
  before: MeshGraph,
  after: MeshGraph,
  manifest: Manifest,
  users: ReadonlyMap<string, Reference>,
): readonly RolloutChange[] {
  const host = `${manifest.name}.${manifest.namespace}.svc.${before.settings.clusterDomain}`;
  if (after.hostsNamed(host).length > 0) return [];
  const route = users.get(host);
  const risk = (message: string, by: Reference): RolloutChange => ({
    topic: 'risk',
    subject: objectName(manifest),
    message,
    by,
  });
  const byRoute =
    route === undefined
      ? []
      : [risk(`is gone, but ${objectName(route.manifest)} still sends there: those requests are answered 503`, route)];
  return [
    ...byRoute,
    ...stillCalled(before, after, host).map(({ says, ...by }) =>
      risk(`is gone, but ${objectName(by.manifest)} still names it in ${says}: its requests find no address`, by),
    ),
  ];
}

/** Variables of callers that name a host that is gone, and still do. */
function stillCalled(before: MeshGraph, after: MeshGraph, host: string): readonly CallEvidence[] {
  const { callsTo, appOfHost } = callsOf(before);
  const same = new Map(after.workloads.map((workload) => [workloadName(workload), workload.manifest]));
  return before.hostsNamed(host).flatMap((target) =>
    callsTo(appOfHost(target)).flatMap(({ evidence }) => {
      const told = evidence.find(({ manifest }) => before.workloadOf(manifest) !== undefined);
      const now = told && same.get(objectName(told.manifest));
      if (told === undefined || now === undefined) return [];
      const [was, is] = [told.manifest, now].map((manifest) => JSON.stringify(valueAt(manifest, told.at)));
      return was === is ? [{ ...told, manifest: now }] : [];
    }),
  );
}

const valueAt = ({ object }: Manifest, path: Reference['at']): unknown =>
  path.reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], object); // JSON of any shape
