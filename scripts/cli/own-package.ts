import { readFile } from 'node:fs/promises';

/** What of our own package.json is asked for. */
export interface OwnPackage {
  readonly name: string;
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** Our package.json, which lies two folders above this file in the source and in the build. */
export const ownPackage = async (): Promise<OwnPackage> =>
  JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as OwnPackage; // it has these fields
