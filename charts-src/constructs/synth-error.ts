/** One thing that is wrong with what was declared. */
export interface SynthProblem {
  /** Where: the path of the construct, or of the file for trouble with the output. */
  readonly path: string;
  /** What is wrong, why it hurts and how to fix it. */
  readonly message: string;
}

/**
 * What was declared cannot become manifests: all problems at once. Its stack is its message, because the frames of
 * the library say nothing about declarations that are wrong.
 */
export class SynthError extends Error {
  override readonly name = 'SynthError';
  declare readonly problems: readonly SynthProblem[];

  constructor(problems: readonly SynthProblem[]) {
    super(messageOf(problems));
    // Not enumerable, or Node prints the list a second time below an uncaught error.
    Object.defineProperty(this, 'problems', { value: Object.freeze([...problems]), enumerable: false });
    Object.defineProperty(this, 'name', { value: 'SynthError', enumerable: false });
    Object.defineProperty(this, 'stack', { value: `${this.name}: ${this.message}`, enumerable: false });
  }
}

function messageOf(problems: readonly SynthProblem[]): string {
  const lines = problems.map(
    ({ path, message }) => `  ${path === '' ? '(the app)' : path}\n    ${message.replaceAll('\n', '\n    ')}`,
  );
  return `${problems.length === 1 ? '1 problem' : `${problems.length} problems`}, nothing was written\n${lines.join('\n')}`;
}
