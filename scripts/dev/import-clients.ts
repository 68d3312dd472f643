/** Writes the types of the sample's typed clients from the OpenAPI documents: `npm run import:clients`. */
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import { writeGenerated } from './generated-files.ts';
import { SERVICES } from './shop-services.ts';

const USAGE = `Writes the types that typed clients are made of: apps/<service>/contract/openapi.d.ts from openapi.yaml beside it.

  npm run import:clients [-- --check]

  --check  write nothing; fail when a file is not what its document says`;

/** Types of the clients by path, relative to `root`, as they should be. */
export async function clientTypes(root: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const folder of Object.keys(SERVICES)) {
    const path = `apps/${folder}/contract/openapi.d.ts`;
    // A default of the document is filled in by the service, so a caller may leave the value out.
    const types = await openapiTS(pathToFileURL(join(root, `apps/${folder}/contract/openapi.yaml`)), {
      immutable: true,
      defaultNonNullable: false,
    });
    const text = `// Generated from openapi.yaml. Do not edit it: run \`npm run import:clients\`.\n\n${astToString(types)}`;
    files.set(path, await format(text, { ...(await resolveConfig(join(root, path))), parser: 'typescript' }));
  }
  return files;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = await writeGenerated(
    { command: 'npm run import:clients', usage: USAGE, files: clientTypes },
    process.cwd(),
    process.argv.slice(2),
  );
