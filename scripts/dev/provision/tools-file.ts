import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, type Located } from './locate.ts';
import { TOOLS, type Source } from './tools.ts';

/**
 * A folder with a link to every executable that does not come from the system's own packages: to be put before PATH, and
 * for programs that want all in one folder.
 */
export const BIN_FOLDER = join(ROOT, 'build', 'bin');

/** Sources that are on PATH anyway, or are no executable. */
const NO_EXECUTABLE_OF_OURS: readonly Source['how'][] = ['apt', 'go-module', 'maven'];

const TOOLS_FILE = join(ROOT, 'build', 'tools.json');

/** What build/tools.json says of one tool: its path, or why it is missing and the command that would help. */
export type ToolEntry = { readonly path: string } | { readonly missing: string; readonly help: string };

/** The command that installs what is missing. */
export const INSTALL_COMMAND = 'npm run provision -- --install';

/** Writes build/tools.json and build/bin for the tests. */
export const writeTools = (located: ReadonlyMap<string, Located>): void => {
  const tools: Record<string, ToolEntry> = {};
  rmSync(BIN_FOLDER, { recursive: true, force: true });
  mkdirSync(BIN_FOLDER, { recursive: true });
  for (const { name, source } of TOOLS) {
    const at = located.get(name);
    if (at === undefined) continue;
    tools[name] = 'path' in at ? at : { missing: at.missing, help: INSTALL_COMMAND };
    if ('path' in at && !NO_EXECUTABLE_OF_OURS.includes(source.how)) symlinkSync(at.path, join(BIN_FOLDER, name));
  }
  const temporary = `${TOOLS_FILE}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify({ schemaVersion: 1, tools }, null, 2)}\n`);
  renameSync(temporary, TOOLS_FILE);
};

/** Reads build/tools.json. A tool that it does not list is missing. */
export const readTools = (): ((name: string) => ToolEntry) => {
  const text = existsSync(TOOLS_FILE) ? readFileSync(TOOLS_FILE, 'utf8') : '{"tools":{}}';
  // The file is written by writeTools above and by nobody else.
  const { tools } = JSON.parse(text) as { readonly tools: Readonly<Record<string, ToolEntry>> };
  return (name) => tools[name] ?? { missing: `build/tools.json does not list ${name}`, help: 'npm run provision' };
};

/** The path of one tool, for tests that cannot go on without it.
 * @throws Error that says why it is missing and which command helps */
export const toolPath = (name: string): string => {
  const entry = readTools()(name);
  if ('path' in entry) return entry.path;
  throw new Error(`${name} is needed by this test, but ${entry.missing}. Run: ${entry.help}`);
};
