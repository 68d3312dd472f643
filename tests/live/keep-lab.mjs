// Holds a lab: starts it, says on stdout how that went, and takes it down when stdin ends. Stdin ends when whoever
// started this lets go of it, and also when that process dies in any way: no lab outlives its tests.
// argv: folder of the lab, which goes with it, then the command that starts, `--`, and the command that ends.
import { spawn, spawnSync } from 'node:child_process';
import { openSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const [folder, ...rest] = process.argv.slice(2);
const split = rest.indexOf('--');
const [up, down] = [rest.slice(0, split), rest.slice(split + 1)];
const log = openSync(join(folder, 'keeper.log'), 'a');

let isEnding = false;
const child = spawn(up[0], up.slice(1), { stdio: ['ignore', log, log] });
const ended = new Promise((resolve) => {
  child.once('error', () => resolve(127));
  child.once('close', (code, signal) => resolve(signal === null ? code : 128));
});

const end = async () => {
  if (isEnding) return;
  isEnding = true;
  child.kill('SIGKILL');
  await ended;
  const { status } = spawnSync(down[0], down.slice(1), { stdio: ['ignore', log, log] });
  if (status === 0) rmSync(folder, { recursive: true, force: true });
  process.exit(status ?? 1);
};

process.stdin.resume();
process.stdin.once('end', end);
process.stdin.once('error', end);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
// Whoever reads this may be gone by then.
process.stdout.on('error', () => {});
ended.then((code) => process.stdout.write(`${code}\n`));
