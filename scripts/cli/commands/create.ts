import { command, formatOption } from '../command.ts';

/** `weft create`: a project to begin with. */
export const create = command({
  name: 'create',
  summary: 'Write a small project to begin with.',
  description:
    'Writes two services with one edge between them, a gateway, two environments and a test of the\n' +
    'manifests into a new or empty folder. Needs no network. All files are written, or none.',
  arguments: [{ name: '<folder>', says: 'folder of the project: new, or empty but for .git', completes: 'folder' }],
  options: {
    name: { type: 'string', value: 'package', says: "name of the npm package (default: the folder's name)" },
    format: formatOption('text', 'json'),
  },
  examples: [
    { line: 'weft create my-mesh', says: 'a project in the new folder my-mesh' },
    { line: 'weft create meshes/shop --name @acme/shop-mesh', says: 'under another name' },
    { line: 'weft create other-mesh -o json', says: 'what was written, for programs' },
  ],
  next: 'npm install, then npx weft synth, in the new folder',
  async run({ values, positionals: [folder = '.'] }, world) {
    const { runCreate } = await import('../run-create.ts');
    return runCreate({ ...values, folder }, world);
  },
});
