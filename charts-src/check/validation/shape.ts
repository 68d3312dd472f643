import type { IstioKind } from '../../imports/istio.ts';
import { istioSchemas } from '../../imports/istio-schemas.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { apiServer, validate, type Path, type SchemaProblem } from '../../model/schema.ts';

/** What the API server has against an object of Istio. */
export interface ShapeProblems {
  /** Fields that the definition of the kind does not have. */
  readonly unknown: readonly SchemaProblem[];
  /** Values that it refuses. */
  readonly refused: readonly SchemaProblem[];
  /** Fields of both. */
  readonly paths: readonly Path[];
}

const judged = new WeakMap<Manifest, ShapeProblems>();

/** What the definition of its kind says about an object; worked out once. */
export function shapeProblems(kind: IstioKind, manifest: Manifest): ShapeProblems {
  let found = judged.get(manifest);
  if (found === undefined) judged.set(manifest, (found = judge(kind, manifest)));
  return found;
}

function judge(kind: IstioKind, { object }: Manifest): ShapeProblems {
  const { spec } = object;
  const all =
    spec === undefined
      ? withoutSpec(kind)
      : validate(istioSchemas[kind].spec, spec, { at: ['spec'], reader: apiServer });
  const unknown = all.filter(({ why }) => why === apiServer.unknownField);
  return { unknown, refused: all.filter((problem) => !unknown.includes(problem)), paths: all.map(({ path }) => path) };
}

const SPEC_REQUIRED: ReadonlySet<IstioKind> = new Set([
  'ServiceEntry',
  'WorkloadEntry',
  'WorkloadGroup',
  'WasmPlugin',
  'TrafficExtension',
]);

const withoutSpec = (kind: IstioKind): readonly SchemaProblem[] =>
  SPEC_REQUIRED.has(kind)
    ? [{ path: ['spec'], what: 'spec is missing', why: apiServer.refuses, fix: 'add "spec"' }]
    : [];
