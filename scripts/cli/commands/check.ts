import { command, formatOption } from '../command.ts';

/** `weft check`: what is wrong with manifests. */
export const check = command({
  name: 'check',
  summary: 'Judge manifests, without a cluster.',
  description:
    'Reads any Kubernetes and Istio YAML or JSON, whoever wrote it, and says what the cluster would refuse\n' +
    'and what the mesh would do that nobody meant: with file, line, what happens and what to write instead.\n' +
    'Each folder of dist that holds manifests is one mesh; what is named on the command line is one together.\n' +
    'A finding that is meant is silenced with a reason: by the annotation check.weftmesh/ignore.<CODE>, or\n' +
    'by an entry in weft.check.yaml.',
  arguments: [
    {
      name: '[paths...]',
      says: 'files or folders, - for stdin (default: each folder of dist)',
      completes: 'file',
    },
  ],
  options: {
    failOn: {
      type: 'string',
      value: 'severity',
      choices: ['error', 'warning', 'info'],
      default: 'error',
      says: 'exit code 1 from this severity on',
    },
    ignore: {
      type: 'strings',
      value: 'code[=object]',
      says: 'leave out a finding, everywhere or of one object ("W505=Deployment shop/orders", * for any letters); repeats',
      completes: 'code',
    },
    showIgnored: { type: 'boolean', says: 'list what is silenced, with the reasons' },
    config: {
      type: 'string',
      value: 'file',
      says: 'what to ignore, and the settings of the mesh (default: weft.check.yaml, if it is there)',
      completes: 'file',
    },
    namespace: {
      type: 'string',
      short: 'n',
      value: 'name',
      default: 'default',
      says: 'namespace of objects that name none',
    },
    plain: { type: 'boolean', says: 'words only: no symbols and no excerpts' },
    format: formatOption('text', 'json', 'sarif', 'github'),
  },
  examples: [
    { line: 'weft check', says: 'everything that synth wrote' },
    { line: 'weft check dist --fail-on warning', says: 'for a pipeline that takes no warnings' },
    { line: 'weft check - -n shop', says: 'what comes in: helm template . | weft check - -n shop' },
    { line: 'weft check dist --ignore W505 --show-ignored', says: 'without one finding' },
    { line: 'weft check dist -o sarif', says: 'for code hosts and editors; -o github for pull requests' },
  ],
  next: 'weft docs <CODE>, for why it hurts and what to do',
  async run({ values, positionals: paths }, world) {
    const { runCheckCommand } = await import('../run-check.ts');
    return runCheckCommand({ ...values, paths }, world);
  },
});
