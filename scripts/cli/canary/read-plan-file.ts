import type { Plan } from '../../../charts-src/canary/plan.ts';
import { readPlan } from '../../../charts-src/canary/read-plan.ts';
import { Failure } from '../failure.ts';
import { problemsAt } from '../problems-at.ts';
import { readOptionFile } from '../read-option-file.ts';
import { readYaml } from '../read-yaml.ts';
import type { World } from '../world.ts';

/** Reads a plan from a file, YAML or JSON, `-` for stdin.
 * @throws Failure with all that is wrong with it, each with its line */
export async function readPlanFile(file: string, world: Pick<World, 'read' | 'stdin'>): Promise<Plan> {
  const name = file === '-' ? '<stdin>' : file;
  const text = file === '-' ? await world.stdin() : await readOptionFile('--plan', file, world);
  const { content, at } = readYaml(name, text);
  if (content === null)
    throw new Failure(`${name} is empty: write a plan, with target and steps (docs/canary.md has one)`);
  const read = readPlan(content);
  if (read.ok) return read.plan;
  throw new Failure(`${name} is no plan that can be followed, and nothing was done`, {
    problems: problemsAt(read.problems, at),
  });
}
