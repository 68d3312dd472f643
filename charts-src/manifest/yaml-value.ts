import { readDocuments } from './documents.ts';

/** What a text of YAML says that stands in a field of an object; undefined when it cannot be read. */
export function yamlValue(text: string): unknown {
  for (const { document } of readDocuments(text)) return document?.value;
  return undefined;
}
