import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { contractFromOpenApi } from '../../cli/contract/contract-from-openapi.ts';
import { contractSource } from '../../cli/contract/contract-source.ts';
import { formatFinding } from '../../cli/contract/finding.ts';
import { SERVICES } from '../shop-services.ts';

/** The folder that holds the generated modules, and nothing else. */
export const CONTRACTS_FOLDER = 'charts-src/imports/contracts';

/** The command that writes the generated modules again. */
export const IMPORT_COMMAND = 'npx tsx scripts/dev/import-contracts.ts';

/** What came of the sample's documents: modules by path, and what there is to say about the documents. */
export interface ShopContracts {
  readonly files: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/** Reads every document of the sample below `root` and makes its module, without writing anything. */
export function shopContracts(root: string): ShopContracts {
  const files = new Map<string, string>();
  const problems: string[] = [];
  const notes: string[] = [];
  for (const [folder, name] of Object.entries(SERVICES)) {
    const origin = `apps/${folder}/contract/openapi.yaml`;
    const document = readYaml(root, origin, problems);
    if (document === undefined) continue;
    const reading = contractFromOpenApi(document, name);
    if ('problems' in reading) {
      problems.push(...reading.problems.map((problem) => formatFinding(origin, problem)));
      continue;
    }
    notes.push(...reading.notes.map((note) => formatFinding(origin, note)));
    files.set(
      `${CONTRACTS_FOLDER}/${name}.ts`,
      contractSource(reading, { origin, command: IMPORT_COMMAND, importFrom: '../../model/contract.ts' }),
    );
  }
  return { files, problems, notes };
}

function readYaml(root: string, path: string, problems: string[]): unknown {
  let text: string;
  try {
    text = readFileSync(join(root, path), 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    problems.push(
      formatFinding(path, {
        path: '',
        message: `cannot be read (${code})`,
        why: 'without it nobody may call the service: edges are typed by it',
        fix: 'write the contract, or run this in the root of the project',
      }),
    );
    return undefined;
  }
  const document = parseDocument(text);
  problems.push(
    ...document.errors.map(({ message, linePos }) =>
      formatFinding(linePos ? `${path}:${linePos[0].line}:${linePos[0].col}` : path, {
        path: '',
        message: message.split('\n')[0]?.replace(/ at line .*$/, '') ?? '',
        why: 'it is no YAML, so nothing of it can be read',
        fix: 'correct this line, or the one before it',
      }),
    ),
  );
  return document.errors.length > 0 ? undefined : document.toJS();
}
