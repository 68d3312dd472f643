import { fstatSync, statSync, writeSync, type Stats } from 'node:fs';
import { devNull } from 'node:os';
import { exitCode } from './exit-code.ts';

/** File descriptors of what a process prints to. */
export const STDOUT = 1;
export const STDERR = 2;
export type Output = typeof STDOUT | typeof STDERR;

/**
 * Whether an output may be a terminal: `process.stdout` knows it for certain, but takes the time that Node needs to load its
 * network code. Files, pipes and the null device are none.
 */
export function mayBeTerminal(output: Output): boolean {
  const stats = statsOf(output);
  return stats === undefined || (stats.isCharacterDevice() && stats.rdev !== nullDevice());
}

/** Whether an output is a terminal. */
export const isTerminal = (output: Output): boolean => mayBeTerminal(output) && streamOf(output).isTTY;

function statsOf(output: Output): Stats | undefined {
  try {
    return fstatSync(output);
  } catch {
    return undefined; // a kind of handle that this system tells nothing of
  }
}

function nullDevice(): number | undefined {
  try {
    return statSync(devNull).rdev;
  } catch {
    return undefined;
  }
}

const streamOf = (output: Output): NodeJS.WriteStream => (output === STDOUT ? process.stdout : process.stderr);

/** Outputs that a stream of Node waits for, because what reads them did not keep up. */
const streaming = new Set<Output>();

/**
 * Writes at once, without a stream of Node around it. Ends the process when nobody reads any more, which is no error
 * (`weft … | head`), and when the result cannot be written.
 */
export function print(output: Output, text: string): void {
  let rest: Buffer = Buffer.from(text);
  try {
    while (rest.length > 0 && !streaming.has(output)) rest = rest.subarray(writeSync(output, rest));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // all that writeSync throws
    if (code !== 'EAGAIN') return lost(output, error as Error);
    streaming.add(output);
    streamOf(output).on('error', (later) => lost(output, later));
  }
  if (rest.length > 0) streamOf(output).write(rest);
}

function lost(output: Output, error: NodeJS.ErrnoException): void {
  if (output === STDERR) return; // what was said there was for people who do not look
  if (error.code === 'EPIPE') process.exit(exitCode.ok);
  print(
    STDERR,
    `error: the result cannot be written to stdout, and is lost: ${error.message}. Send it where there is room\n`,
  );
  process.exit(exitCode.usage);
}
