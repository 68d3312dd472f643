import type { Plan } from '../../../charts-src/canary/plan.ts';
import { readPlan } from '../../../charts-src/canary/read-plan.ts';
import { Failure } from '../failure.ts';
import { problemsAt } from '../problems-at.ts';
import { readYaml } from '../read-yaml.ts';
import type { World } from '../world.ts';

/** Reads a plan from a file, YAML or JSON, `-` for stdin.
 * @throws Failure with all that is wrong with it, each with its line */
export async function readPlanFile(file: string, world: Pick<World, 'read' | 'stdin'>): Promise<Plan> {
  const name = file === '-' ? '<stdin>' : file;
  const { content, at } = readYaml(name, await textOf(file, world));
  if (content === null)
    throw new Failure(`${name} is empty: write a plan, with target and steps (docs/canary.md has one)`);
  const read = readPlan(content);
  if (read.ok) return read.plan;
  throw new Failure(`${name} is no plan that can be followed, and nothing was done`, {
    problems: problemsAt(read.problems, at),
  });
}

async function textOf(file: string, world: Pick<World, 'read' | 'stdin'>): Promise<string> {
  if (file === '-') return world.stdin();
  try {
    return await world.read(file);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new Failure(
      isMissing
        ? `--plan ${file}: there is no such file`
        : `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
