import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { DUMP } from '../../apps/monolith/dump.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

const readme = readFileSync('README.md', 'utf8');

/** The commands of a block, and what each promises in quotes behind its `#`. */
function block(name: string): { readonly script: string; readonly promises: readonly string[] } {
  const script = new RegExp(`<!-- shop: ${name} -->\n\`\`\`sh\n([\\s\\S]*?)\n\`\`\``).exec(readme)?.[1];
  if (script === undefined) throw new Error(`README.md has no block "shop: ${name}"`);
  const promises = [...script.matchAll(/# ("[^#\n]*?":(?:"[^"]*"|\d+))/g)].map(([, promise = '']) => promise);
  return { script, promises };
}

test('the story of README.md is what happens', { timeout: 180_000 }, async () => {
  expect(block('start').script).toMatch(/^npm run shop /);
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect([scripts.preshop, scripts.shop]).toEqual([
    'node scripts/dev/shop-database.mjs',
    'tsx apps/monolith/main.ts --dev',
  ]);
  await promisify(execFile)(process.execPath, ['scripts/dev/shop-database.mjs']);
  expect(existsSync(DUMP)).toBe(true);

  const port = await freePort();
  const shop = spawn(process.execPath, ['--import', 'tsx', 'apps/monolith/main.ts', '--dev'], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  shop.stdout.on('data', (chunk) => said.push(String(chunk)));
  try {
    await until('the shop listens', { timeoutMs: 120_000 }, async () => said.join('').includes('listening'));
    const { script, promises } = block('story');
    expect(promises).toHaveLength(4);
    const { stdout } = await promisify(execFile)('sh', [
      '-euc',
      // Each answer on a line of its own, and time for a machine that does other things too.
      script
        .replaceAll('localhost:8080', `127.0.0.1:${port}`)
        .replaceAll(/^(curl .*?) +#.*$/gm, '$1; echo')
        .replace('sleep 2', 'sleep 10'),
    ]);
    const answers = stdout.trim().split('\n');
    expect(answers).toHaveLength(promises.length);
    for (const [index, promise] of promises.entries()) expect(answers[index]).toContain(promise);
  } finally {
    shop.kill('SIGTERM');
    const code = await new Promise((resolve) => shop.on('exit', resolve));
    expect(code).toBe(0);
  }
});
