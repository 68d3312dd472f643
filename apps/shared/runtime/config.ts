import { readFileSync } from 'node:fs';
import { z } from 'zod';

export type Variables = Readonly<Record<string, string | undefined>>;

/** Configuration that cannot be used: all that is wrong with it at once. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is wrong:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Reads settings from variables. `NAME_FILE` names a file that holds the value of NAME, as Kubernetes mounts secrets. A
 * variable that is set to nothing is not set. No problem shows a value: it may be a secret.
 * @throws ConfigError with every problem
 */
export function readConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  variables: Variables,
  check: (settings: z.infer<z.ZodObject<Shape>>) => readonly string[] = () => [],
): z.infer<z.ZodObject<Shape>> {
  const problems: string[] = [];
  const values: Record<string, string> = {};
  for (const name of Object.keys(shape)) {
    const direct = variables[name] || undefined;
    const file = variables[`${name}_FILE`] || undefined;
    if (direct !== undefined && file !== undefined) problems.push(`${name}: set it or ${name}_FILE, not both`);
    const value = file === undefined ? direct : textOf(file, `${name}_FILE`, problems);
    if (value !== undefined) values[name] = value;
  }
  const read = z.object(shape).safeParse(values, { reportInput: false });
  if (!read.success)
    for (const { path, message } of read.error.issues) {
      const name = String(path[0]);
      if (!problems.some((problem) => problem.startsWith(`${name}_FILE:`)))
        problems.push(`${name}: ${Object.hasOwn(values, name) ? message : `is not set (nor is ${name}_FILE)`}`);
    }
  else problems.push(...check(read.data));
  if (problems.length > 0 || !read.success) throw new ConfigError(problems);
  return read.data;
}

function textOf(path: string, name: string, problems: string[]): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    problems.push(`${name}: cannot read ${path} (${error instanceof Error && 'code' in error ? error.code : error})`);
    return undefined;
  }
}
