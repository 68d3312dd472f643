/** Composition of the sample: what `cdk8s synth`, `weft synth` and `npm start` run. */
import { readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { MeshApp } from './app/mesh-app.ts';
import { readEnvironment, type Environment, type EnvironmentName } from './charts/environment.ts';
import { guide } from './charts/guide.ts';
import { shop } from './charts/shop.ts';
import { SynthError, type SynthProblem } from './constructs/synth-error.ts';

const app = new MeshApp();
for (const environment of environments(['dev', 'staging', 'prod'])) shop(app, environment);
guide(app);
app.synth();

/** Reads the data files of all environments, and says at once what is wrong with any of them. */
function environments(names: readonly EnvironmentName[]): Environment[] {
  const problems: SynthProblem[] = [];
  const read = names.flatMap((name) => {
    const file = `environments/${name}.yaml`;
    try {
      const result = readEnvironment(name, parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')));
      if (result.ok) return [result.environment];
      problems.push(...result.problems.map((message) => ({ path: file, message })));
    } catch (error) {
      problems.push({ path: file, message: unreadable(error) });
    }
    return [];
  });
  if (problems.length > 0) throw new SynthError(problems);
  return read;
}

function unreadable(error: unknown): string {
  if (error instanceof YAMLParseError)
    return `is no YAML: ${error.message.trimEnd()}\nCorrect the place that is marked.`;
  const reason =
    error instanceof Error && 'code' in error && error.code === 'ENOENT'
      ? 'is missing'
      : `cannot be read: ${String(error)}`;
  return `${reason}, and the environment it describes cannot be made without it. Restore it from version control, or take the environment out of charts-src/main.ts.`;
}
