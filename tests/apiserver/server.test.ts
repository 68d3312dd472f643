import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startApiServer } from '../support/api-server.ts';

const SUPPORT = new URL('../support/api-server.ts', import.meta.url);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const answers = async (url: string): Promise<boolean> => {
  // Any answer counts, also one that our client refuses for its certificate.
  try {
    await fetch(url);
    return true;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return !(cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED');
  }
};

test('a server answers kubectl, knows Istio, enforces RBAC, and is gone after stop', async () => {
  const server = await startApiServer();
  try {
    const { code, stdout } = await server.kubectl(['api-resources', '--api-group=networking.istio.io', '-o', 'name']);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toContain('virtualservices.networking.istio.io');
    const nobody = await server.kubectl(['get', 'secrets', '--as=nobody']);
    expect(nobody.stderr).toContain('User "nobody" cannot list resource "secrets"');
    expect(await answers(server.url)).toBe(true);
  } finally {
    await server.stop();
  }
  expect(await answers(server.url)).toBe(false);
  expect(existsSync(dirname(server.kubeconfig))).toBe(false);
});

test('a server dies with the process that started it, even when that is killed', async () => {
  const program = `
    const { startApiServer } = await import(${JSON.stringify(SUPPORT.href)});
    const server = await startApiServer({ istio: false });
    console.log(server.url);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = await once(createInterface(child.stdout), 'line');
  expect(await answers(String(url))).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'close');
  const end = performance.now() + 5_000;
  while ((await answers(String(url))) && performance.now() < end) await sleep(50);
  expect(await answers(String(url))).toBe(false);
});
