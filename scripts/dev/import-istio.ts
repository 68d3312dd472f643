/**
 * Writes the Istio part of charts-src/imports from the definitions of the pinned Go module, or from a file.
 * Usage: tsx scripts/dev/import-istio.ts [FILE.yaml]
 */
import { readFile, writeFile } from 'node:fs/promises';
import { findDefinitions } from './import-istio/find-definitions.ts';
import { generate } from './import-istio/generate.ts';

const [file] = process.argv.slice(2);
const definitions =
  file === undefined ? await findDefinitions() : ({ kind: 'found', text: await readFile(file, 'utf8') } as const);
if (definitions.kind === 'missing') {
  console.error(`import-istio: ${definitions.reason}. ${definitions.remedy}`);
  process.exitCode = 2;
} else {
  for (const [path, text] of await generate(definitions.text)) {
    await writeFile(new URL(`../../${path}`, import.meta.url), text);
    console.error(`wrote ${path}: ${text.split('\n').length - 1} lines, ${(text.length / 1000).toFixed(0)} kB`);
  }
}
