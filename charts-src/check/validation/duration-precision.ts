import type { IstioKind } from '../../imports/istio.ts';
import { istioSchemas } from '../../imports/istio-schemas.ts';
import type { ObjectSchema, Path, Schema } from '../../model/schema.ts';
import { goDuration, NANOSECONDS_PER_MS } from './go-duration.ts';
import { refused, type Objections } from './objection.ts';

/** Durations that Istio's webhook does not look at. */
const UNCHECKED = new Set(['warmupDurationSecs', 'reportingInterval', 'exponentialDelay']);

/** Durations of a spec, as it was written, that are no whole number of milliseconds. */
export const durationPrecision = (kind: IstioKind, spec: unknown): Objections =>
  durations(istioSchemas[kind].spec, spec, ['spec']);

function* durations(schema: Schema, value: unknown, at: Path): Objections {
  if (typeof schema === 'string') return;
  if (schema.type === 'duration' && typeof value === 'string') yield* precision(at, value);
  if (typeof value !== 'object' || value === null) return;
  if (schema.type === 'list' && Array.isArray(value))
    for (const [index, item] of value.entries()) yield* durations(schema.items, item, [...at, index]);
  else if (schema.type === 'object')
    for (const [field, part] of waysToDurations(schema))
      // Whatever else it is, an object has fields.
      if (Object.hasOwn(value, field)) yield* durations(part, (value as Fields)[field], [...at, field]);
}

type Fields = Readonly<Record<string, unknown>>;

function* precision(at: Path, text: string): Objections {
  const nanoseconds = goDuration(text);
  if (nanoseconds === undefined || nanoseconds < NANOSECONDS_PER_MS || nanoseconds % NANOSECONDS_PER_MS === 0n) return;
  yield refused(at, `"${text}" is no whole number of milliseconds`, `write ${nanoseconds / NANOSECONDS_PER_MS}ms`);
}

const ways = new WeakMap<ObjectSchema, readonly (readonly [field: string, schema: Schema])[]>();

/** Fields of an object in which durations lie, however deep. */
function waysToDurations(schema: ObjectSchema): readonly (readonly [field: string, schema: Schema])[] {
  let found = ways.get(schema);
  if (found === undefined) {
    found = Object.entries(schema.fields).filter(([field, part]) => !UNCHECKED.has(field) && holdsDuration(part));
    ways.set(schema, found);
  }
  return found;
}

/** No duration of Istio's lies in a map. */
const holdsDuration = (schema: Schema): boolean =>
  typeof schema === 'object' &&
  (schema.type === 'duration' ||
    (schema.type === 'list' && holdsDuration(schema.items)) ||
    (schema.type === 'object' && waysToDurations(schema).length > 0));
