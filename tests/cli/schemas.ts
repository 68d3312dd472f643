import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { repository } from './project.ts';

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
const schemas = new Map<string, ValidateFunction>();

export const readSchemaFile = (path: string): unknown =>
  JSON.parse(readFileSync(join(repository, 'docs/schemas', path), 'utf8'));

/** What a JSON Schema of docs/schemas has against a document; nothing when it fits. */
export function schemaErrors(schema: string, document: unknown): readonly string[] {
  const validate = schemas.get(schema) ?? ajv.compile(readSchemaFile(`${schema}.schema.json`) as object);
  schemas.set(schema, validate);
  return validate(document)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}
