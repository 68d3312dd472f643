import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { canaryWorld } from './canary-world.ts';
import { repository, type Project, type Ran } from './project.ts';

const PLAN = `target: { namespace: shop, host: order-service, stable: v1, canary: v2 }
steps: [10, 50]
hold: 10s
`;

/** Commands that make sense only while a run is under way. */
const ABOUT_A_RUN: readonly (string | undefined)[] = ['step', 'pause', 'promote', 'abort', 'resume'];

/** Types an example of `weft canary` in a mesh in memory, in which there is what it is about. */
export async function canaryExample(here: Project, argv: readonly string[]): Promise<Ran> {
  here.file('canary.yaml', PLAN);
  cpSync(join(repository, 'environments'), join(here.folder, 'environments'), { recursive: true });
  const world = canaryWorld(here);
  const [, command] = argv;
  if (command === 'undo') await world.weft(['canary', 'run', '--plan', 'canary.yaml', '--yes'], {}, 7);
  if (!ABOUT_A_RUN.includes(command)) return world.weft(argv);
  here.file('canary.yaml', PLAN.replace('hold: 10s', 'hold: 24h'));
  const run = world.start(['canary', 'run', '--plan', 'canary.yaml', '--yes'], {}, 7);
  await world.until('the first step', () => run.said().includes('the canary gets 10 %'));
  if (command === 'resume') await world.weft(['canary', 'pause', 'order-service', '--yes'], {}, 8);
  const ran = await world.weft(argv);
  run.interrupt();
  await run.end();
  return ran;
}
