import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Processes } from '../../../charts-src/canary/ports/process.ts';

/**
 * This process, and whether others of this machine are still there. Numbers of processes are given again, after a
 * reboot too, and containers that share a host name each count for themselves: so a process is told by the boot and the
 * namespace that it belongs to, and by when it began in ticks of the kernel, which no clock that jumps can change.
 */
export const ownProcess = (): Processes => {
  const host = hostname();
  const self = { host, pid: process.pid, startedAt: startOf(process.pid) ?? '' };
  return {
    self,
    isAlive: ({ host: other, pid, startedAt }) => {
      if (other !== host) return 'unknown';
      const [place, mine] = [placeOf(startedAt), placeOf(self.startedAt)];
      // The same name is no proof of the same machine.
      if (place === undefined || place !== mine) return 'unknown';
      const start = startOf(pid);
      return start === startedAt ? 'alive' : 'dead';
    },
  };
};

/** `<boot>/<namespace>/<ticks>`: all but the last part says where numbers of processes mean the same. */
const placeOf = (startedAt: string): string | undefined => {
  const slash = startedAt.lastIndexOf('/');
  return slash < 0 ? undefined : startedAt.slice(0, slash);
};

/** When a process began; undefined: there is none. */
function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return startByPs(pid);
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const namespace = readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
    // Behind the name of the program, which may hold spaces: proc(5), field 22.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return `${boot}/${namespace}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

function startByPs(pid: number): string | undefined {
  try {
    const start = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return start === '' ? undefined : `${process.platform}/ps/${start}`;
  } catch {
    return undefined;
  }
}
