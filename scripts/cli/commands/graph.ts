import { command } from '../command.ts';

/** `weft graph`: the picture. */
export const graph = command({
  name: 'graph',
  summary: 'Draw who calls whom, and what is not as it should be.',
  description:
    'Draws services, versions with their weights, gateways, databases, brokers and what is outside, with\n' +
    'protocol, tries and timeout on each arrow. What is exceptional stands out: plain text, no breaker,\n' +
    'faults, copies, calls that are denied. Large meshes are folded to one box a namespace.',
  arguments: [
    {
      name: '[paths...]',
      says: 'files or folders, - for stdin (default: the one mesh in dist)',
      completes: 'file',
    },
  ],
  options: {
    focus: { type: 'string', value: 'service', says: 'only what is near this one: shop/orders, or orders' },
    depth: { type: 'string', value: 'calls', default: '1', says: 'with --focus, how many calls away' },
    namespace: { type: 'strings', short: 'n', value: 'name', says: 'only this namespace and its neighbours; repeats' },
    fold: { type: 'boolean', says: 'one box a namespace (default: with more than 60 boxes)' },
    unfolded: { type: 'boolean', says: 'every box, however many' },
    diff: {
      type: 'string',
      value: 'old',
      says: 'mark what changes against another folder, or git:REF',
      completes: 'file',
    },
    theme: {
      type: 'string',
      value: 'theme',
      choices: ['auto', 'light', 'dark'],
      default: 'auto',
      says: 'colours of the svg; auto follows the reader',
    },
    format: {
      type: 'string',
      short: 'o',
      value: 'format',
      choices: ['svg', 'mermaid', 'dot', 'json', 'tree'],
      default: 'tree',
      says: 'what to print on stdout',
    },
  },
  examples: [
    { line: 'weft graph prod', says: 'as a tree, in the terminal' },
    { line: 'weft graph prod -o svg', says: 'a picture; to a file: add > mesh.svg' },
    {
      line: 'weft graph prod --focus order-service -o mermaid',
      says: 'its neighbours, for Markdown',
    },
  ],
  next: 'weft explain, for one arrow of it',
  async run({ values, positionals: paths }, world) {
    const { runGraph } = await import('../run-graph.ts');
    return runGraph({ ...values, paths }, world);
  },
});
