import { command, formatOption } from '../command.ts';

/** `weft diff`: what a change does. */
export const diff = command({
  name: 'diff',
  summary: 'Say what a change of manifests does: security first.',
  description:
    'Compares what two sets of manifests mean: who may now reach what they could not, which requests go\n' +
    'elsewhere or are treated otherwise, what restarts and in which order things have to be applied, and\n' +
    'only then which objects differ. How files are written, ordered or split changes nothing.',
  arguments: [
    {
      name: '<old>',
      says: 'a folder, a file, - for stdin, or git:REF for the same path in a commit',
      completes: 'file',
    },
    { name: '[new]', says: 'the other one (default: with git:REF the dist of the working tree)', completes: 'file' },
  ],
  options: {
    path: {
      type: 'string',
      value: 'path',
      says: 'with git:REF, the path of the manifests in the repository (default: the other side, else dist)',
      completes: 'file',
    },
    fields: { type: 'boolean', says: 'every field that changed' },
    exitCode: { type: 'boolean', says: 'exit code 1 when anything differs' },
    failOn: {
      type: 'string',
      value: 'what',
      choices: ['broader'],
      says: 'exit code 1 when somebody may do what they could not',
    },
    namespace: {
      type: 'string',
      short: 'n',
      value: 'name',
      default: 'default',
      says: 'namespace of objects that name none',
    },
    format: formatOption('text', 'json', 'markdown'),
  },
  examples: [
    { line: 'weft diff staging prod', says: 'two folders' },
    { line: 'weft diff git:HEAD prod', says: 'what the working tree changes' },
    { line: 'weft diff git:HEAD prod -o markdown --fail-on broader', says: 'for a pull request' },
  ],
  next: 'weft explain, for one request before and after',
  async run({ values, positionals: [old = '', current] }, world) {
    const { runDiff } = await import('../run-diff.ts');
    return runDiff({ ...values, old, new: current }, world);
  },
});
