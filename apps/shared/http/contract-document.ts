import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/**
 * The OpenAPI document of `apps/<service>`, as it is written. Only here is it read from disk: a bundle, which has no such
 * folder beside it, has the documents themselves in place of this module (scripts/dev/bundle.ts).
 */
export const contractDocument = (service: string): unknown =>
  parse(readFileSync(new URL(`../../${service}/contract/openapi.yaml`, import.meta.url), 'utf8'));
