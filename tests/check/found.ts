import type { Rule } from '../../charts-src/check/rule.ts';
import type { MeshSettings } from '../../charts-src/graph/mesh-settings.ts';
import { objectName } from '../../charts-src/manifest/manifest.ts';
import { formatPath } from '../../charts-src/model/schema.ts';
import { meshOf } from './mesh-of.ts';

/**
 * What a rule finds in a text, one line a finding: severity, object, path, and the line of the text that the finding
 * points to. In the order of that text.
 */
export function found(rule: Rule, parts: readonly string[], settings: Partial<MeshSettings> = {}): readonly string[] {
  const text = parts.join('\n');
  const lines = text.split('\n');
  return [...rule.check(meshOf(text, settings))]
    .map((hit) => {
      if (!hit.manifest) throw new Error('a finding without an object');
      const { line } = hit.manifest.position(hit.at);
      const severity = hit.severity ?? rule.severity;
      const words = `${severity} ${objectName(hit.manifest)} ${formatPath(hit.at)} | ${lines[line - 1]?.trim() ?? ''}`;
      return { line, words };
    })
    .sort((one, other) => one.line - other.line || (one.words < other.words ? -1 : 1))
    .map(({ words }) => words);
}

/** The messages and fixes of what a rule finds, for tests of what they say. */
export const wordsOf = (rule: Rule, parts: readonly string[]): readonly string[] =>
  [...rule.check(meshOf(parts.join('\n')))].map(({ message, fix }) => `${message} -> ${fix}`);

/** The codes of other tools that a finding answers to. */
export const codesOf = (rule: Rule, parts: readonly string[]): readonly string[] =>
  [...rule.check(meshOf(parts.join('\n')))].flatMap(({ also }) => also ?? rule.also ?? []);
