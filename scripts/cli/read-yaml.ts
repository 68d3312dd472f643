import { LineCounter, parseDocument } from 'yaml';
import type { Position } from '../../charts-src/manifest/manifest.ts';
import type { Path } from '../../charts-src/model/schema.ts';
import { Failure } from './failure.ts';

/** What a YAML file of a user holds. */
export interface YamlContent {
  /** Null: nothing. */
  readonly content: unknown;
  /** Where a part stands, or the nearest part around it that does. */
  at(path: Path): Position;
}

/** Reads a YAML file that people write; JSON is YAML too.
 * @throws Failure with the line that is no YAML */
export function readYaml(file: string, text: string): YamlContent {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const placeOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const [broken] = document.errors;
  if (broken?.code === 'MULTIPLE_DOCS')
    throw new Failure(`${file} holds several documents, and one is read. Leave out what begins with ---`, {
      place: { file, line: placeOf(broken.pos[0]).line },
    });
  if (broken)
    throw new Failure(
      `${file} is no YAML: ${(broken.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')}. Correct that line`,
      { place: { file, line: placeOf(broken.pos[0]).line } },
    );
  return {
    content: document.toJS() ?? null,
    at: (path) => {
      for (let length = path.length; length > 0; length--) {
        const node: unknown = document.getIn(path.slice(0, length), true);
        const start = (node as { readonly range?: readonly number[] | null } | undefined)?.range?.[0]; // a node of yaml
        if (start !== undefined) return placeOf(start);
      }
      return { file, line: 1, column: 1 };
    },
  };
}
