import { command, formatOption } from '../command.ts';

/** `weft doctor`: whether this machine is fit. */
export const doctor = command({
  name: 'doctor',
  summary: 'Say whether this machine and project are fit for weft.',
  description:
    'Looks at Node, the packages of the project, kubectl and the cluster that it would talk to, Istio in that\n' +
    'cluster, istioctl and Envoy, and whether the output folder is what the code declares. Changes nothing.\n' +
    'What only some commands need is a note when it is missing: it fails on what is broken.',
  options: {
    context: { type: 'string', value: 'name', says: 'context of kubeconfig (default: the current one)' },
    format: formatOption('text', 'json'),
  },
  examples: [
    { line: 'weft doctor', says: 'look at everything' },
    { line: 'weft doctor -o json', says: 'for programs' },
  ],
  next: 'what the lines that failed say; then weft synth',
  async run({ values }, world) {
    const { runDoctor } = await import('../run-doctor.ts');
    return runDoctor(values, world);
  },
});
