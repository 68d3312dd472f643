import type { Operation } from '../../../charts-src/model/contract.ts';
import type { ContractReading } from './contract-from-openapi.ts';

/** Where a generated module comes from and what it imports. */
export interface ContractSourceOptions {
  /** The document, as the module's readers find it. */
  readonly origin: string;
  /** The command that writes the module again. */
  readonly command: string;
  /** Where the module gets its types.
   * @default 'weftmesh' */
  readonly importFrom?: string;
  /** Name of the constant that holds the contract, which {@link isConstantName} accepts.
   * @default - the service's name in camelCase */
  readonly constant?: string;
}

const LINE_WIDTH = 120;

/** Words that cannot name a constant. A Service may have such a name. */
const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public ' +
    'return static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
);

/** Whether a module may export a constant of this name. */
export const isConstantName = (name: string): boolean =>
  /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) && !RESERVED.has(name);

/** `orderService` of `order-service`: the name of the constant that holds a contract. */
export const contractConstant = (service: string): string => {
  const name = service.replaceAll(/-+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return RESERVED.has(name) ? `${name}Contract` : name;
};

/** A contract as a TypeScript module, formatted as Prettier would, the same bytes for the same contract. */
export function contractSource(
  { ok: contract, summaries }: Extract<ContractReading, { readonly ok: unknown }>,
  options: ContractSourceOptions,
): string {
  const { origin, command, importFrom = 'weftmesh', constant = contractConstant(contract.name) } = options;
  const operations = Object.entries(contract.operations).flatMap(([id, operation]) => [
    `    /** ${inComment(summaries[id] ?? id)} */`,
    ...entry(id, operation),
  ]);
  return [
    `// Generated from ${onOneLine(origin)} by \`${onOneLine(command)}\`; do not edit.`,
    `import type { HttpContract } from ${quoted(importFrom)};`,
    '',
    `/** What ${contract.name} answers. */`,
    `export const ${constant} = {`,
    `  protocol: 'http',`,
    `  name: ${quoted(contract.name)},`,
    `  basePath: ${quoted(contract.basePath)},`,
    '  operations: {',
    ...operations,
    '  },',
    '} as const satisfies HttpContract;',
    '',
  ].join('\n');
}

function entry(id: string, operation: Operation): string[] {
  const key = /^[A-Za-z_$][\w$]*$/.test(id) ? id : quoted(id);
  const fields = Object.entries(operation).map(
    ([field, value]) => `${field}: ${typeof value === 'string' ? quoted(value) : String(value)}`,
  );
  const line = `    ${key}: { ${fields.join(', ')} },`;
  if (line.length <= LINE_WIDTH) return [line];
  return [`    ${key}: {`, ...fields.map((field) => `      ${field},`), '    },'];
}

/** Single quotes, unless the text has some and no double ones. */
const quoted = (text: string): string => {
  const json = JSON.stringify(text);
  if (text.includes("'") && !text.includes('"')) return json;
  return `'${json
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`;
};

/** A text without line breaks: file names may hold some, and code would follow. */
const onOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

/** A text on one line that cannot end the comment that holds it. */
const inComment = (text: string): string => {
  const line = onOneLine(text).replaceAll('*/', '*\\/').trim();
  const longest = LINE_WIDTH - '    /**  */'.length;
  const sentence = line.length > longest ? `${line.slice(0, longest - 1).trimEnd()}…` : line;
  return sentence;
};
