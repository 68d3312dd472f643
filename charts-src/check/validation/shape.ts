import { GATEWAY_API, gatewayApiShapes } from '../../graph/gateway-api.ts';
import { istioKindOf } from '../../graph/resource.ts';
import type { IstioKind } from '../../imports/istio.ts';
import { istioSchemas } from '../../imports/istio-schemas.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { own } from '../../model/own.ts';
import { apiServer, validate, type Path, type Schema, type SchemaProblem } from '../../model/schema.ts';

/** What the API server has against an object of Istio or of the Gateway API. */
export interface ShapeProblems {
  /** Fields that the definition of the kind does not have. */
  readonly unknown: readonly SchemaProblem[];
  /** Values that it refuses. */
  readonly refused: readonly SchemaProblem[];
  /** Fields of both. */
  readonly paths: readonly Path[];
}

const judged = new WeakMap<Manifest, ShapeProblems>();

/** What the definition of its kind says about an object; worked out once. Undefined where the kind is not known. */
export function shapeProblems(manifest: Manifest): ShapeProblems | undefined {
  const known = judged.get(manifest);
  if (known !== undefined) return known;
  const kind = istioKindOf(manifest);
  const schema = manifest.group === GATEWAY_API ? own(gatewayApiShapes, manifest.kind) : undefined;
  const found =
    kind !== undefined ? judge(kind, manifest) : schema && withoutNulls(problemsOf(schema, manifest.object['spec']));
  if (found !== undefined) judged.set(manifest, found);
  return found;
}

function judge(kind: IstioKind, { object }: Manifest): ShapeProblems {
  const { spec } = object;
  return spec === undefined ? sorted(withoutSpec(kind)) : problemsOf(istioSchemas[kind].spec, spec);
}

/** Fields of the Gateway API with a default: there the API server takes null for nothing. */
const DEFAULTED: ReadonlySet<unknown> = new Set([
  'allowedRoutes',
  'from',
  'group',
  'kind',
  'matches',
  'mode',
  'namespaces',
  'path',
  'rules',
  'statusCode',
  'type',
  'value',
  'weight',
]);

const withoutNulls = ({ unknown, refused, paths }: ShapeProblems): ShapeProblems => ({
  unknown,
  refused: refused.filter(({ what, path }) => !(what.startsWith('null ') && DEFAULTED.has(path.at(-1)))),
  paths,
});

const problemsOf = (schema: Schema, spec: unknown): ShapeProblems =>
  sorted(spec === undefined ? [] : validate(schema, spec, { at: ['spec'], reader: apiServer }));

function sorted(all: readonly SchemaProblem[]): ShapeProblems {
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
