import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { EVENTS_DOCUMENT } from '../../scripts/dev/import-events.ts';
import { ROOT } from '../../scripts/dev/provision/locate.ts';

const { components } = parse(readFileSync(join(ROOT, EVENTS_DOCUMENT), 'utf8')) as {
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};
const ajv = new Ajv({ allErrors: true });
formats.default(ajv);
const schemas = new Map(Object.entries(components.schemas).map(([type, schema]) => [type, ajv.compile(schema)]));

/** The types of events that the committed contract has. */
export const EVENT_TYPES: readonly string[] = [...schemas.keys()];

/** What in a message is not as the committed contract of the events says. */
export const eventFaults = (message: unknown): readonly string[] => {
  const type = String((message as { readonly event_type?: unknown } | null)?.event_type);
  const validate = schemas.get(type);
  if (validate === undefined) return [`event_type ${type} is not in the contract`];
  if (validate(message)) return [];
  return (validate.errors ?? []).map(({ instancePath, message: text }) => `${type}${instancePath} ${text}`);
};
