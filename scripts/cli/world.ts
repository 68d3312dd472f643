import type { Connect } from './canary/connection.ts';

/** All that a command may touch besides the files it is about; a test passes arrays and a clock of its own. */
export interface World {
  /** Writes to stdout: results only. */
  out(text: string): void;
  /** Writes to stderr: words for people. */
  err(text: string): void;
  /** Text of a file, relative to `cwd`. */
  read(path: string): Promise<string>;
  /** Bytes of a file, relative to `cwd`. */
  readBytes(path: string): Promise<Uint8Array>;
  /** What lies at a path, relative to `cwd`; in a folder also hidden names, in no order. */
  list(path: string): Promise<Listed>;
  /** All of stdin, for the file name `-`. */
  stdin(): Promise<string>;
  /** All of stdin, when its encoding matters. */
  stdinBytes(): Promise<Uint8Array>;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds, for durations only. */
  now(): number;
  /** Aborted when the process is told to stop. */
  readonly signal: AbortSignal;
  /** Whether words on stderr may be coloured. */
  readonly hasColour: boolean;
  /** Whether results on stdout may be coloured: a file or a pipe gets none. */
  readonly hasColourOut: boolean;
  /** How a cluster is reached.
   * @default - by the kubeconfig */
  readonly connect?: Connect;
  /** Asks somebody, and gives the answer.
   * @default - the terminal; without one nobody is asked */
  readonly ask?: (question: string) => Promise<string>;
}

/** What lies at a path. */
export interface Listed {
  /** Without links: two paths with the same one are one file or folder. */
  readonly realPath: string;
  /** Undefined when it is no folder. */
  readonly entries: readonly FolderEntry[] | undefined;
}

/** What lies in a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly realPath: string;
  /** Where a link leads to, for links. `other`: a pipe or a device, of which reading may never end. */
  readonly kind: 'file' | 'folder' | 'nothing' | 'other';
}

/**
 * Whether a stream takes colour. FORCE_COLOR wins over NO_COLOR, as in Node.
 * Source: no-color.org, force-color.org
 */
export function takesColour(env: World['env'], isTerminal: boolean): boolean {
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return isTerminal && env['TERM'] !== 'dumb';
}

/** Red where colour is taken; the word itself always says the same. */
export const red = (text: string, { hasColour }: Pick<World, 'hasColour'>): string =>
  hasColour ? `\u001b[31m${text}\u001b[39m` : text;

const SGR = { red: 31, green: 32, yellow: 33 } as const;

/** A word on stdout in a colour, where colour is taken there. */
export const coloured = (
  colour: keyof typeof SGR,
  text: string,
  { hasColourOut }: Pick<World, 'hasColourOut'>,
): string => (hasColourOut ? `\u001b[${SGR[colour]}m${text}\u001b[39m` : text);
