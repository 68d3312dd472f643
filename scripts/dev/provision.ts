import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { install, InstallError } from './provision/install.ts';
import { locate, toolsFolder, type Located } from './provision/locate.ts';
import { isRunning } from './provision/process.ts';
import { TIERS, TOOLS, toolsFor, type Tool, type ToolUser } from './provision/tools.ts';
import { INSTALL_COMMAND, writeTools } from './provision/tools-file.ts';

const USERS: readonly ToolUser[] = [...TIERS, 'bench'];

const USAGE = `Finds the real servers and judges that the tests run, and says which are missing.

  npm run provision [-- [--install] [tier…]]

  tier       ${USERS.join(', ')} (default: all but bench)
  --install  install what is missing: Debian packages (as root), Go builds, PyPI packages;
             about 15 minutes the first time. With CI=true this is the default.

Builds are kept in ${toolsFolder()} ($WEFT_CACHE moves it); the answer is written to build/tools.json.`;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const isUser = (word: string): word is ToolUser => USERS.some((user) => user === word);

const ageSeconds = (path: string): number => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? 0 : (Date.now() - stat.mtimeMs) / 1000;
};

/** Half-built things of runs that were killed; the number at the end is their process. */
const sweep = (): void => {
  for (const name of readdirSync(toolsFolder())) {
    const owner = /^\.building-.+-(\d+)$/.exec(name)?.[1];
    if (owner !== undefined && !isRunning(Number(owner)))
      rmSync(join(toolsFolder(), name), { recursive: true, force: true });
  }
};

/** Two runs at once would build everything twice: the second waits until the first, or its process, is gone. */
const lock = async (): Promise<() => void> => {
  const path = join(toolsFolder(), '.lock');
  mkdirSync(toolsFolder(), { recursive: true });
  for (let told = false; ;) {
    try {
      const file = openSync(path, 'wx');
      writeFileSync(file, String(process.pid));
      closeSync(file);
      const release = (): void => rmSync(path, { force: true });
      process.once('exit', release);
      return release;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    let owner = 0;
    try {
      owner = Number(readFileSync(path, 'utf8'));
    } catch {
      continue; // released in between
    }
    // 0: the other run has made the file and not written its number yet, unless that was long ago.
    const isStale = owner > 0 ? !isRunning(owner) : ageSeconds(path) > 10;
    if (isStale) rmSync(path, { force: true });
    else {
      if (!told) say(`provision: waits for another run (process ${owner})`);
      told = true;
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }
};

const installMissing = async (missing: readonly Tool[]): Promise<Map<string, string>> => {
  const failures = new Map<string, string>();
  const logs = join(toolsFolder(), 'logs');
  mkdirSync(logs, { recursive: true });
  const release = await lock();
  try {
    sweep();
    for (const [index, tool] of missing.entries()) {
      if ('path' in locate(tool)) continue; // another run installed it while this one waited
      const started = performance.now();
      const log = { file: join(logs, `${tool.name}.log`) };
      say(`provision: ${index + 1}/${missing.length} ${tool.name} (${tool.source.how}) …`);
      writeFileSync(log.file, '');
      // Registries have bad moments: everything is tried twice, and what the first try downloaded is kept.
      for (let attempt = 1; ; attempt += 1) {
        try {
          await install(tool, log);
          const at = locate(tool);
          if ('missing' in at) throw new InstallError(`it was installed, yet ${at.missing}`);
          say(`provision: ${tool.name} is ready after ${((performance.now() - started) / 1000).toFixed(0)} s`);
          break;
        } catch (error) {
          if (!(error instanceof InstallError)) throw error;
          say(`provision: ${tool.name} failed (try ${attempt} of 2): ${error.message}\n    log: ${log.file}`);
          if (attempt < 2) continue;
          failures.set(tool.name, `its installation failed: ${error.message.split('\n')[0]} (log: ${log.file})`);
          break;
        }
      }
    }
  } finally {
    release();
  }
  return failures;
};

const main = async (args: readonly string[]): Promise<number> => {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const wanted = args.filter((word) => word !== '--install');
  const unknown = wanted.filter((word) => !isUser(word));
  if (unknown.length > 0) {
    say(`provision: "${unknown.join('", "')}" is no tier. Tiers: ${USERS.join(', ')}.\n\n${USAGE}`);
    return 2;
  }
  const asked = args.includes('--install');
  const users = wanted.length > 0 ? wanted.filter(isUser) : TIERS;
  const tools = toolsFor(users);
  const missing = tools.filter((tool) => 'missing' in locate(tool));
  const failures =
    missing.length > 0 && (asked || process.env['CI'] === 'true')
      ? await installMissing(missing)
      : new Map<string, string>();

  const located = new Map<string, Located>();
  for (const tool of TOOLS) {
    const at = locate(tool);
    const why = failures.get(tool.name);
    located.set(tool.name, 'missing' in at && why !== undefined ? { missing: why } : at);
  }
  writeTools(located);

  const stillMissing = tools.filter((tool) => 'missing' in locate(tool));
  say(`provision: ${tools.length - stillMissing.length} of ${tools.length} tools are there`);
  for (const tool of stillMissing) {
    const at = located.get(tool.name);
    say(
      `  ${tool.name} (for ${tool.neededBy.join(', ')}): ${at !== undefined && 'missing' in at ? at.missing : 'missing'}`,
    );
  }
  if (stillMissing.length > 0 && failures.size === 0)
    say(`The tiers that need them are skipped. To install them: ${INSTALL_COMMAND}`);
  // As `pretest` it must not keep the tests from running: a tier that cannot run is reported, and counted, there.
  return asked && failures.size > 0 ? 1 : 0;
};

process.exitCode = await main(process.argv.slice(2));
