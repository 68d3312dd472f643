/**
 * Judging manifests, as `weft check` does. Apart from the rest of the library, so that synthesis does not wait for two
 * hundred rules to be loaded.
 */
export { check, type CheckFilesOptions } from './check.ts';
export { runCheck, type CheckOptions, type CheckResult, type RuleBug, type SuppressedFinding } from './run-check.ts';
export { catalogue } from './catalogue.ts';
export type { Code, Finding, Hit, Rule, Severity, Spot } from './rule.ts';
export type { Ignore, Suppression } from './suppressions.ts';
export { checkReport, type CheckReport, type ReportedFinding } from './report.ts';
export { reportText, type TextOptions } from './report-text.ts';
export { reportSarif, type SarifOptions } from './report-sarif.ts';
export { buildGraph, type MeshGraph } from '../graph/mesh-graph.ts';
export type { MeshSettings } from '../graph/mesh-settings.ts';
export { readManifests, type ReadManifestsOptions } from '../manifest/read-manifests.ts';
export type { Manifest, Position, ReadFault, ReadManifests, ReadProblem } from '../manifest/manifest.ts';
export type { Path } from '../model/schema.ts';
