import type { HttpRule } from '../graph/http-rules.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Destination } from '../imports/istio.ts';
import type { Explanation } from './explanation.ts';
import { percent } from '../model/percent.ts';
import { by } from './rule-place.ts';
import { clusterFor, type Routing } from './shares.ts';
import type { Steps } from './steps.ts';

interface Mirror {
  readonly destination: Destination;
  readonly percentage: number;
  readonly field: 'mirror' | 'mirrors';
}

/** Where copies of requests go. Source: Istio's MirrorPercent, MirrorPercentByPolicy */
export const mirrorsOf = (graph: MeshGraph, rule: HttpRule, routing: Routing, steps: Steps): Explanation['mirrors'] =>
  declared(rule)
    .filter(({ percentage }) => percentage > 0)
    .map(({ destination, percentage, field }) => {
      const place = rule.placeOf(field);
      // A root fills in for its delegate, with hosts of its own namespace.
      const { name, problem } = clusterFor(graph, destination, {
        ...routing,
        namespace: place.virtualService.namespace,
      });
      const share = percentage / 100;
      const why = problem?.what ?? 'answers to copies are thrown away';
      steps.add('mirror', `${percent(share)} are copied to ${name}`, why, by(place));
      return { cluster: name, share };
    });

function declared({ http }: HttpRule): readonly Mirror[] {
  const { mirror, mirrors = [], mirrorPercentage, mirrorPercent, mirror_percent } = http;
  const all: Mirror[] = mirrors.map(({ destination, percentage }) => ({
    destination,
    percentage: percentage ? (percentage.value ?? 0) : 100,
    field: 'mirrors',
  }));
  if (mirror === undefined) return all;
  const percentage = mirrorPercentage ? (mirrorPercentage.value ?? 0) : (mirrorPercent ?? mirror_percent ?? 100);
  return [{ destination: mirror, percentage, field: 'mirror' }, ...all];
}
