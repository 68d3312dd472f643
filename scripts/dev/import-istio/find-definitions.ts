import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ISTIO_API } from './generate.ts';

const DEFINITIONS = 'kubernetes/customresourcedefinitions.gen.yaml';

/** The text of the definitions, or what stands in the way of having it. */
export type Found =
  | { readonly kind: 'found'; readonly text: string }
  | { readonly kind: 'missing'; readonly reason: string; readonly remedy: string };

/** Reads Istio's definitions from Go's module cache, where `go` puts them when they are not there yet. */
export async function findDefinitions(): Promise<Found> {
  try {
    // Outside the repository: a go.mod or a vendor folder around it must not decide what is downloaded.
    const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', ISTIO_API], { cwd: tmpdir() });
    // `go mod download -json` prints one object with this field when it succeeds.
    const { Dir } = JSON.parse(stdout) as { readonly Dir: string };
    return { kind: 'found', text: await readFile(join(Dir, DEFINITIONS), 'utf8') };
  } catch (error) {
    // Errors of a process that could not be started have a code; those of one that failed, its output.
    const { code, stdout, message } = error as {
      readonly code?: unknown;
      readonly stdout?: string;
      readonly message: string;
    };
    if (code === 'ENOENT')
      return {
        kind: 'missing',
        reason: 'Go is not installed',
        remedy: 'install it: apt-get install golang-go, or https://go.dev/dl',
      };
    const reason = /"Error": "([^"]+)"/.exec(stdout ?? '')?.[1] ?? message;
    return { kind: 'missing', reason, remedy: `try yourself: go mod download -json ${ISTIO_API}` };
  }
}
