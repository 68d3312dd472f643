import type { ApiObject, JsonPatch } from 'cdk8s';
import { closest } from '../model/closest.ts';

/** One operation of RFC 6902 (JSON Patch) on a finished object; paths are JSON pointers such as `/spec/http/0/timeout`. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly from: string; readonly path: string };

/** Where the operations of an object are kept, whichever copy of this library added them. */
const FINAL_PATCHES = Symbol.for('weftmesh.finalPatches');

/**
 * Changes a finished object: runs after everything else, generated code included, under every kind of app. cdk8s'
 * own `addJsonPatch` runs before the generated classes of imported and cdk8s-plus objects, which then drop every
 * field that they do not know without a word; nothing is dropped here.
 *
 * An operation that changes nothing, or whose path is not there, fails validation: a patch that no longer fits what
 * it patches is found when that changes, not in production.
 *
 * @param object the object, for example `ApiObject.of(deployment)`
 * @param operations in the order in which they apply; cdk8s' `JsonPatch.add(…)` or plain `{ op, path, value }`
 * @example finalPatch(object, { op: 'add', path: '/spec/http/0/mirror', value: { host: 'orders', subset: 'v2' } });
 */
export function finalPatch(object: ApiObject, ...operations: (PatchOperation | JsonPatch)[]): void {
  const patched: ApiObject & { [FINAL_PATCHES]?: PatchOperation[] } = object;
  const known = patched[FINAL_PATCHES];
  if (known) {
    known.push(...operations.map(operationOf));
    return;
  }
  const own = operations.map(operationOf);
  Object.defineProperty(object, FINAL_PATCHES, { value: own });
  const render = object.toJson.bind(object);
  // On the object itself, so that it is the last step whatever class made the object and whoever renders it.
  object.toJson = () => {
    const { value, problems } = applyPatch(render(), own);
    if (problems.length > 0) throw new Error(problems.join('; '));
    return value;
  };
  object.node.addValidation({
    validate: () => {
      let rendered: unknown;
      try {
        rendered = render();
      } catch {
        return []; // what cannot be rendered is reported when it is rendered
      }
      return [...applyPatch(rendered, own).problems];
    },
  });
}

/** cdk8s keeps the operation of a JsonPatch to itself, but for this method, which it needs for its own use. */
function operationOf(operation: PatchOperation | JsonPatch): PatchOperation {
  // JsonPatch._toJson exists in every cdk8s 2 and is only left out of its types.
  return '_toJson' in operation
    ? (operation as unknown as { _toJson(): PatchOperation })._toJson()
    : (operation as PatchOperation);
}

type Json = unknown;

/** The patched copy, and what is wrong with the operations, each of which must have an effect. */
export function applyPatch(
  document: Json,
  operations: readonly PatchOperation[],
): { readonly value: Json; readonly problems: readonly string[] } {
  let value = structuredCopy(document);
  const problems: string[] = [];
  for (const operation of operations) {
    const before = JSON.stringify(sorted(value));
    const copy = structuredCopy(value);
    try {
      const after = applied(copy, operation);
      if (operation.op !== 'test' && JSON.stringify(sorted(after)) === before)
        problems.push(
          `${described(operation)} changes nothing: that is there already. Take the patch away, or correct its path or value`,
        );
      value = after;
    } catch (error) {
      if (!(error instanceof PatchProblem)) throw error;
      problems.push(`${described(operation)} ${error.message}`);
    }
  }
  return { value, problems };
}

class PatchProblem extends Error {}

const described = ({ op, path }: PatchOperation): string =>
  `final patch ${op} ${path === '' ? 'of the whole object' : path}`;

// Manifests are JSON; undefined fields, which the printer leaves out, go here already.
const structuredCopy = (value: Json): Json =>
  value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as Json);

function applied(root: Json, operation: PatchOperation): Json {
  switch (operation.op) {
    case 'add':
      return added(root, operation.path, structuredCopy(required(operation.value)));
    case 'replace':
      find(root, operation.path);
      if (operation.path === '') return structuredCopy(required(operation.value));
      return put(root, operation.path, structuredCopy(required(operation.value)));
    case 'remove':
      return removed(root, operation.path);
    case 'copy':
      return added(root, operation.path, structuredCopy(find(root, operation.from)));
    case 'move': {
      if (operation.path.startsWith(`${operation.from}/`))
        throw new PatchProblem(`would move ${operation.from} into itself`);
      const moved = structuredCopy(find(root, operation.from));
      return added(removed(root, operation.from), operation.path, moved);
    }
    case 'test':
      if (JSON.stringify(sorted(find(root, operation.path))) !== JSON.stringify(sorted(operation.value)))
        throw new PatchProblem(
          `finds ${JSON.stringify(find(root, operation.path))}, not ${JSON.stringify(operation.value)}`,
        );
      return root;
    default:
      // Plain JavaScript can bring anything here.
      throw new PatchProblem('is no operation of RFC 6902: use add, replace, remove, move, copy or test');
  }
}

function required(value: unknown): unknown {
  if (value === undefined) throw new PatchProblem('has no value: use remove to take a field away');
  return value;
}

const sorted = (value: Json): Json =>
  Array.isArray(value)
    ? value.map(sorted)
    : isMap(value)
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, item]) => [key, sorted(item)]),
        )
      : value;

const isMap = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The steps of a JSON pointer. Source: RFC 6901 */
function steps(pointer: string): readonly string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/'))
    throw new PatchProblem(`is no JSON pointer: begin "${pointer}" with "/", as in /spec/replicas`);
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function find(root: Json, pointer: string): Json {
  let at = root;
  let path = '';
  for (const step of steps(pointer)) {
    at = child(at, step, path);
    path = `${path}/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  }
  return at;
}

function child(parent: Json, step: string, path: string): Json {
  const where = path === '' ? 'the object' : path;
  if (Array.isArray(parent)) {
    const index = indexOf(step, parent.length - 1);
    if (index === undefined)
      throw new PatchProblem(
        `misses its place: ${where} is a list of ${parent.length}, and "${step}" is no index of it`,
      );
    return parent[index];
  }
  if (!isMap(parent))
    throw new PatchProblem(`misses its place: ${where} is ${JSON.stringify(parent)}, which has no fields`);
  if (Object.hasOwn(parent, step)) return parent[step];
  const meant = closest(step, Object.keys(parent));
  const fields = Object.keys(parent).join(', ') || 'none';
  throw new PatchProblem(
    `misses its place: ${where} has no field "${step}"${meant === undefined ? ` (its fields: ${fields})` : `; did you mean "${meant}"?`}`,
  );
}

function indexOf(step: string, last: number): number | undefined {
  if (!/^(?:0|[1-9][0-9]*)$/.test(step)) return undefined;
  const index = Number(step);
  return index <= last ? index : undefined;
}

/** Splits a pointer into that of the parent and the last step. */
function parentAndStep(
  root: Json,
  pointer: string,
): { readonly parent: Json; readonly step: string; readonly at: string } {
  const step = steps(pointer).at(-1);
  const at = pointer.slice(0, pointer.lastIndexOf('/'));
  if (step === undefined) throw new PatchProblem('cannot do this to the whole object: name a field');
  if (step === '__proto__') throw new PatchProblem('names "__proto__", which is no field of a manifest');
  return { parent: find(root, at), step, at };
}

function added(root: Json, pointer: string, value: Json): Json {
  if (pointer === '') return value;
  const { parent, step, at } = parentAndStep(root, pointer);
  if (!Array.isArray(parent)) return put(root, pointer, value);
  const index = step === '-' ? parent.length : indexOf(step, parent.length);
  if (index === undefined)
    throw new PatchProblem(
      `misses its place: ${at} is a list of ${parent.length}; use an index up to ${parent.length}, or "-" for its end`,
    );
  parent.splice(index, 0, value);
  return root;
}

function put(root: Json, pointer: string, value: Json): Json {
  const { parent, step, at } = parentAndStep(root, pointer);
  if (Array.isArray(parent)) parent[Number(step)] = value;
  else if (isMap(parent)) parent[step] = value;
  else
    throw new PatchProblem(
      `misses its place: ${at === '' ? 'the object' : at} is ${JSON.stringify(parent)}, which has no fields`,
    );
  return root;
}

function removed(root: Json, pointer: string): Json {
  find(root, pointer);
  const { parent, step } = parentAndStep(root, pointer);
  if (Array.isArray(parent)) parent.splice(Number(step), 1);
  else if (isMap(parent)) delete parent[step];
  return root;
}
