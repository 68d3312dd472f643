import { LineCounter, parseDocument } from 'yaml';
import type { HttpContract } from '../../charts-src/model/contract.ts';
import { dnsLabelProblem } from '../../charts-src/model/names.ts';
import { contractFromOpenApi } from './contract/contract-from-openapi.ts';
import { contractConstant, contractSource, isConstantName } from './contract/contract-source.ts';
import { formatFinding, type ContractFinding } from './contract/finding.ts';
import { own } from './contract/json.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { Failure } from './failure.ts';
import type { World } from './world.ts';

/** Options of `weft contract`. */
export interface ContractCommandOptions {
  /** The document; `-` for stdin. */
  readonly file: string;
  readonly name: string | undefined;
  readonly constant: string | undefined;
  readonly format: 'text' | 'json';
}

/** The document that `weft contract -o json` prints. */
export interface ContractReport {
  readonly schemaVersion: 1;
  readonly kind: 'ContractReport';
  /** The OpenAPI document, `-` for stdin. */
  readonly file: string;
  /** Name of the constant that the module exports. */
  readonly constant: string;
  readonly contract: HttpContract;
  /** What works, but perhaps not as expected. */
  readonly notes: readonly ContractFinding[];
  /** The TypeScript module: what is printed without `-o json`. */
  readonly source: string;
}

/** Prints the contract of an OpenAPI document as a TypeScript module.
 * @throws Failure when the document cannot be used, with all that is wrong with it */
export async function runContract(options: ContractCommandOptions, world: World): Promise<ExitCode> {
  const { file, format } = options;
  const where = file === '-' ? 'stdin' : file;
  const document = parsed(await textOf(file, world), where);
  const name = serviceName(document, options.name, where);
  const constant = options.constant ?? contractConstant(name);
  if (!isConstantName(constant))
    throw new Failure(
      `--constant ${constant}: a module cannot export a constant of this name. Use letters, digits and _, beginning with a letter, and no word of the language: --constant ${contractConstant(name)}`,
    );
  const reading = contractFromOpenApi(document, name);
  if ('problems' in reading) {
    const problems = reading.problems.map(({ path, message, why, fix }) => ({
      path: path === '' ? where : `${where}: ${path}`,
      message: `${message}: ${why}. To fix it: ${fix}`,
    }));
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    throw new Failure(`${count}, no contract was written`, { problems });
  }
  for (const note of reading.notes) world.err(`note: ${formatFinding(where, note)}\n`);
  const source = contractSource(reading, { origin: where, command: commandLine(options), constant });
  const { ok: contract, notes } = reading;
  const report: ContractReport = { schemaVersion: 1, kind: 'ContractReport', file, constant, contract, notes, source };
  world.out(format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : source);
  return exitCode.ok;
}

async function textOf(file: string, world: World): Promise<string> {
  if (file === '-') return world.stdin();
  try {
    return await world.read(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Failure(
      `${file}: ${UNREADABLE[code] ?? `cannot be read (${code})`}, so there is no contract to write. ${GIVE}`,
    );
  }
}

const GIVE = 'Name an openapi.yaml or openapi.json, or use - and give it on stdin';

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'is a folder',
  EACCES: 'may not be read (EACCES)',
};

/** Text as a value. JSON is YAML too. */
function parsed(text: string, where: string): unknown {
  const lines = new LineCounter();
  let problem: string | undefined;
  let place: { readonly file: string; readonly line: number } | undefined;
  try {
    const document = parseDocument(text, { lineCounter: lines, logLevel: 'error' });
    const [broken] = document.errors;
    if (broken === undefined) return document.toJS({ maxAliasCount: 100 });
    problem = (broken.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    place = { file: where, line: lines.linePos(broken.pos[0]).line };
  } catch (error) {
    // Too many aliases, or brackets a thousand deep: no document that somebody wrote.
    problem = error instanceof Error ? error.message : String(error);
  }
  throw new Failure(`${where} is neither YAML nor JSON, so nothing of it can be read: ${problem}. Correct that place`, {
    place,
  });
}

function serviceName(document: unknown, given: string | undefined, where: string): string {
  if (given !== undefined) {
    const problem = dnsLabelProblem(given);
    if (problem !== undefined) throw new Failure(`--name: ${problem}. Kubernetes refuses a Service of another name`);
    return given;
  }
  const title = own(own(document, 'info'), 'title');
  const name = typeof title === 'string' ? labelOf(title) : '';
  if (name !== '') return name;
  // A document of another kind is told so, rather than asked for a name.
  if (own(document, 'openapi') === undefined) return 'service';
  throw new Failure(
    `${where}: info.title is ${title === undefined ? 'missing' : JSON.stringify(title)}, which gives no name of a Service, and a contract says who answers it. Name the Service: --name order-service`,
  );
}

/** `order-service` of "Order Service". */
const labelOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');

/** The command that makes the module again. */
function commandLine({ file, name, constant }: ContractCommandOptions): string {
  const words = ['npx weft contract', /^[\w./@:-]+$/.test(file) ? file : `'${file.replaceAll("'", String.raw`'\''`)}'`];
  if (name !== undefined) words.push(`--name ${name}`);
  if (constant !== undefined) words.push(`--constant ${constant}`);
  return words.join(' ');
}
