import { command, formatOption } from '../command.ts';

/** `weft docs`: the pages of findings. */
export const docs = command({
  name: 'docs',
  summary: 'Print the page of a finding.',
  description:
    'Prints why a finding hurts, an example of it and the same example put right. Without a code it lists\n' +
    'all findings. A code of istioctl analyze or Kiali leads to the findings that answer to it.',
  arguments: [{ name: '[code]', says: 'such as W104, or IST0101', completes: 'code' }],
  options: { format: formatOption('text', 'json') },
  examples: [
    { line: 'weft docs W402', says: 'one page, as Markdown' },
    { line: 'weft docs', says: 'all codes' },
    { line: 'weft docs -o json', says: 'all codes, for programs' },
  ],
  next: 'weft check',
  async run({ values, positionals: [code] }, world) {
    const { runDocs } = await import('../run-docs.ts');
    return runDocs({ ...values, code }, world);
  },
});
