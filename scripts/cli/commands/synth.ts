import { command, formatOption } from '../command.ts';

/** `weft synth`: the manifests. */
export const synth = command({
  name: 'synth',
  summary: 'Write the manifests that the code declares.',
  description:
    'Runs the cdk8s app and writes its manifests, all or none: when anything is wrong the output folder\n' +
    'stays as it was. Files that weft wrote earlier and that are no longer declared are removed; a folder\n' +
    "with somebody else's files is refused. Works with any cdk8s app.",
  options: {
    app: { type: 'string', value: 'command', says: 'shell command that runs the app (default: `app` of cdk8s.yaml)' },
    output: {
      type: 'string',
      value: 'folder',
      says: 'output folder (default: `output` of cdk8s.yaml, else dist)',
      completes: 'folder',
    },
    topology: { type: 'string', value: 'name', says: 'write this folder of the output only, leave the others' },
    format: formatOption('text', 'json'),
  },
  examples: [
    { line: 'weft synth', says: 'write everything' },
    { line: 'weft synth --output build/manifests', says: 'write it elsewhere' },
    { line: 'weft synth --topology guide', says: 'write one topology' },
    { line: 'weft synth -o json', says: 'what was written, for programs' },
  ],
  next: 'git diff dist',
  async run(input, world) {
    const { runSynth } = await import('../run-synth.ts');
    return runSynth(input.values, world);
  },
});
