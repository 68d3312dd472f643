import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { LABS, networksOf } from '../support/lab.ts';
import { eventually } from '../support/mesh-cluster.ts';

const LAB = fileURLToPath(new URL('../support/lab.ts', import.meta.url));

/** A process that starts a lab, says so, and then does nothing. */
const labHolder = () => {
  const program = `import(${JSON.stringify(LAB)}).then(({ startLab }) => startLab([])).then(() => { console.log('up'); setInterval(() => {}, 1000); });`;
  return spawn(process.execPath, ['--import', 'tsx', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
};

describe('a lab', () => {
  test.each([
    { how: 'killed while its lab runs', after: 'up' },
    { how: 'killed while its lab is being started', after: 'begun' },
  ])('goes down when the process that started it is $how', async ({ after }) => {
    const holder = labHolder();
    const { pid } = holder;
    expect(pid).toBeDefined();
    const prefix = `w${pid}`;
    const folder = () => readdirSync(LABS).filter((name) => name.startsWith(`weft-lab-${pid}-`));
    if (after === 'up') {
      await new Promise((resolve) => holder.stdout.once('data', resolve));
    } else {
      await eventually(
        'a network of the lab',
        () => Promise.resolve(networksOf(prefix)),
        (found) => found.length > 0,
      );
    }
    expect(networksOf(prefix)).not.toEqual([]);

    holder.kill('SIGKILL');

    await eventually(
      'the end of its networks',
      () => Promise.resolve(networksOf(prefix)),
      (found) => found.length === 0,
    );
    await eventually(
      'the end of its folder',
      () => Promise.resolve(folder()),
      (found) => found.length === 0,
    );
    expect(existsSync(`/etc/netns/${prefix}node`)).toBe(false);
  });
});
