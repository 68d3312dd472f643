import { command, formatOption } from '../command.ts';

/** `weft contract`: what edges are typed by. */
export const contract = command({
  name: 'contract',
  summary: 'Turn an OpenAPI document into a typed contract.',
  description:
    'Prints a TypeScript module with the operations of an OpenAPI 3.0 or 3.1 document, in YAML or JSON.\n' +
    'Edges name these operations: what is not in the document does not compile, and is not let in.\n' +
    'A document that leaves open what a request means is refused, with the field and what to write.',
  arguments: [{ name: '<file>', says: 'the document, - for stdin', completes: 'file' }],
  options: {
    name: {
      type: 'string',
      value: 'service',
      says: "name of the Service that answers (default: the document's title)",
    },
    constant: {
      type: 'string',
      value: 'name',
      says: 'name of the exported constant (default: the service in camelCase)',
    },
    format: formatOption('text', 'json'),
  },
  examples: [
    { line: 'weft contract openapi.yaml', says: 'to a file: add > contracts/users.ts' },
    { line: 'weft contract openapi.yaml --name user-service', says: 'when the title is not the name' },
    { line: 'weft contract openapi.yaml -o json', says: 'the operations, for programs' },
  ],
  next: 'give the constant to new MeshService(…, { contract }), and name its operations in calls()',
  async run({ values, positionals: [file = '-'] }, world) {
    const { runContract } = await import('../run-contract.ts');
    return runContract({ ...values, file }, world);
  },
});
