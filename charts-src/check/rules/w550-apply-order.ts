import type { Manifest } from '../../manifest/manifest.ts';
import { applyPhase, isEarlier } from '../apply-phase.ts';
import type { Rule } from '../rule.ts';
import { routedSubsets } from '../routed-subsets.ts';

/** Requests are sent to a subset before there is one. */
export const applyOrder = {
  code: 'W550',
  name: 'apply-order',
  severity: 'warning',
  summary: 'A VirtualService is applied before the subset that it sends requests to.',
  reads: ['VirtualService', 'DestinationRule', 'Deployment', 'StatefulSet', 'DaemonSet', 'Rollout'],
  *check(graph) {
    const place = new Map(graph.manifests.map((manifest, index) => [manifest, index]));
    const told = new Set<Manifest>();
    for (const { virtualService, at, host, declared, workloads } of routedSubsets(graph)) {
      const { manifest } = virtualService;
      const phase = applyPhase(manifest);
      if (phase === undefined || told.has(manifest)) continue;
      const rule = declared.rule.manifest;
      const comesLater = (other: Manifest): boolean => {
        const itsPhase = applyPhase(other);
        return itsPhase !== undefined && isEarlier(phase, itsPhase);
      };
      const pods = workloads.map((workload) => workload.manifest);
      const later = comesLater(rule) ? rule : pods.every(comesLater) ? pods[0] : undefined;
      if (later !== undefined) {
        told.add(manifest);
        yield {
          manifest,
          at,
          message: `subset "${declared.name}" of "${host}" gets requests before ${later.kind} "${later.name}" is applied (${phase.said ?? 'no wave, which is 0'}; there ${applyPhase(later)?.said ?? 'no wave, which is 0'}): each time a subset is new, its share of requests gets 503 until then`,
          fix: 'apply in this order: pods and DestinationRule first, the VirtualService in a later wave; take away in the opposite order',
        };
        continue;
      }
      const isFirst = (place.get(manifest) ?? 0) < (place.get(rule) ?? 0);
      const isNumbered = areNumbered(manifest.file, rule.file);
      if (!(isNumbered || (rule.file === manifest.file && isFirst))) continue;
      if (isEarlier(applyPhase(rule) ?? phase, phase)) continue;
      told.add(manifest);
      yield {
        manifest,
        at,
        message: `subset "${declared.name}" of "${host}" is declared by DestinationRule "${rule.name}" ${isNumbered ? `in ${rule.file}, which comes later` : 'further down in the same file'}, and kubectl applies ${isNumbered ? 'the files of a folder by name' : 'from the top'}: in between, proxies may have the route without the subset, and answer 503`,
        fix: isNumbered
          ? `give the file of DestinationRule "${rule.name}" the smaller number`
          : `move DestinationRule "${rule.name}" above the VirtualService`,
      };
    }
  },
} satisfies Rule;

/** Whether two files of one folder are numbered, as for an order, and the first one has the smaller name. */
function areNumbered(first: string, second: string): boolean {
  const [one, other] = [split(first), split(second)];
  return one.folder === other.folder && /^\d/.test(one.name) && /^\d/.test(other.name) && one.name < other.name;
}

function split(file: string): { readonly folder: string; readonly name: string } {
  const slash = Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\'));
  return { folder: file.slice(0, slash + 1), name: file.slice(slash + 1) };
}
