import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const TOOLS = join(import.meta.dirname, '../../build/tools.json');

/** The folder of the Go module istio.io/istio that `npm run provision` brought; undefined where it is not there. */
export function istioModule(): string | undefined {
  if (!existsSync(TOOLS)) return undefined;
  const { tools } = JSON.parse(readFileSync(TOOLS, 'utf8')) as {
    readonly tools: Readonly<Record<string, { readonly path?: string }>>; // what provision writes
  };
  const path = tools['istio-source']?.path;
  return path !== undefined && existsSync(path) ? path : undefined;
}
