import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isRunning } from '../../../scripts/dev/provision/process.ts';
import { ROOT } from '../../../scripts/dev/provision/locate.ts';
import { serverFolder, type ServerFolder } from '../../support/server-folder.ts';
import { launchService, startService } from '../../support/service-process.ts';
import { until } from '../../support/until.ts';

/** A service that says what it sees, and takes its time to say goodbye. */
const PROGRAM = `
  const server = require('node:http').createServer((request, answer) => answer.end(JSON.stringify(process.env)));
  server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'));
  process.once('SIGTERM', () => setTimeout(() => process.exit(3), 100));
`;

let servers: ServerFolder;
let program: string;

beforeEach(() => {
  servers = serverFolder('service-process');
  program = join(servers.path, 'program.cjs');
  writeFileSync(program, PROGRAM);
});

afterEach(() => servers.stop());

test('a service sees its own environment only, and is stopped, killed and started again on its port', async () => {
  const service = await startService(servers, { name: 'one', program: [program], env: { GREETING: 'hello' } });
  const seen: unknown = await (await fetch(service.url)).json();
  expect(Object.keys(seen as object).sort()).toEqual(['GREETING', 'PATH', 'PORT']); // JSON of an environment
  expect(service.startMs).toBeGreaterThan(0);
  expect(service.memoryMiB()).toBeGreaterThan(10);
  expect(service.cpuMs()).toBeGreaterThan(0);

  expect(await service.stop()).toBe(3);
  expect(service.hasEnded()).toBe(true);
  await service.restart({ GREETING: 'again' });
  expect(await (await fetch(service.url)).json()).toMatchObject({ GREETING: 'again' });
  await service.kill();
  await expect(fetch(service.url)).rejects.toThrow();
  expect(service.log().match(/listening/g)).toHaveLength(2);
});

test('a service that ends at once is an error with its last words', async () => {
  const broken = await launchService(servers, {
    name: 'broken',
    program: ['-e', 'throw new Error("no database")'],
    env: {},
  });
  await expect(broken.ready()).rejects.toThrow('no database');
});

test('servers die with the process that started them, even when that is killed', async () => {
  const parent = spawn(
    process.execPath,
    [
      ...['--import', 'tsx', '--input-type=module', '-e'],
      `import { serverFolder } from '${join(ROOT, 'tests/support/server-folder.ts')}';
       const servers = serverFolder('orphan');
       const child = servers.start('sleep', 'sleep', ['600']);
       console.log(JSON.stringify({ path: servers.path, pid: child.pid }));
       setInterval(() => {}, 1000);`,
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const text = await new Promise<string>((resolve) =>
    parent.stdout.setEncoding('utf8').once('data', (chunk: string) => resolve(chunk)),
  );
  const { path, pid } = JSON.parse(text) as { path: string; pid: number }; // printed right above
  expect(isRunning(pid)).toBe(true);
  parent.kill('SIGKILL');
  await until('the server is gone', { timeoutMs: 5_000 }, () => !isRunning(pid));
  // Its folder goes when the next one of its kind is made.
  await serverFolder('orphan').stop();
  expect(existsSync(path)).toBe(false);
});
