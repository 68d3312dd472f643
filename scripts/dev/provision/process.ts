import { existsSync, readFileSync } from 'node:fs';

/** Whether a process runs. One that has ended and was not yet collected by its parent keeps its number, but does not run. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Not ours to signal, so it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  try {
    // The state follows the command's name, which stands in brackets and may hold any character.
    const state = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.[0];
    return state !== 'Z' && state !== 'X';
  } catch {
    // No such file: it has just gone, or this system has no /proc and the signal was answer enough.
    return !existsSync('/proc/self/stat');
  }
};
