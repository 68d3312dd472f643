import { show, type Path } from '../../model/schema.ts';
import { isLabelValue, labelKeyProblem } from './label-syntax.ts';
import { refused, type Objections } from './objection.ts';

/** Labels to compare with those of pods. */
export function* labels(at: Path, all: Readonly<Record<string, string>> = {}): Objections {
  for (const [key, value] of Object.entries(all)) {
    const problem = labelKeyProblem(key);
    if (problem !== undefined)
      yield refused([...at, key], problem, 'write a key such as "app" or "app.kubernetes.io/name"');
    if (!isLabelValue(value))
      yield refused(
        [...at, key],
        `${show(value)} is no value of a label`,
        'write letters, digits, "-", "_" and "." only',
      );
  }
}
