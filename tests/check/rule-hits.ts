import type { Rule } from '../../charts-src/check/rule.ts';
import type { MeshSettings } from '../../charts-src/graph/mesh-settings.ts';
import { objectName } from '../../charts-src/manifest/manifest.ts';
import { formatPath } from '../../charts-src/model/schema.ts';
import { meshOf } from './mesh-of.ts';

/** What one rule says about a text of YAML, each as `warning Deployment shop/orders spec.replicas:12`. */
export function ruleHits(rule: Rule, yaml: string, settings: Partial<MeshSettings> = {}): readonly string[] {
  return [...rule.check(meshOf(yaml, settings))].map((hit) => {
    const severity = hit.severity ?? rule.severity;
    if (hit.manifest === undefined) return `${severity} ${hit.place.file}:${hit.place.line}`;
    return `${severity} ${objectName(hit.manifest)} ${formatPath(hit.at)}:${hit.manifest.position(hit.at).line}`;
  });
}
