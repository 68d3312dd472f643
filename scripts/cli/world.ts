/** All that a command may touch besides the files it is about; a test passes arrays and a clock of its own. */
export interface World {
  /** Writes to stdout: results only. */
  out(text: string): void;
  /** Writes to stderr: words for people. */
  err(text: string): void;
  /** Text of a file, relative to `cwd`. */
  read(path: string): Promise<string>;
  /** All of stdin, for the file name `-`. */
  stdin(): Promise<string>;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds, for durations only. */
  now(): number;
  /** Aborted when the process is told to stop. */
  readonly signal: AbortSignal;
  /** Whether words on stderr may be coloured. */
  readonly hasColour: boolean;
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
