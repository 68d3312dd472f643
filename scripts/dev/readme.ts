/** Writes the code and the YAML in README.md anew from the programs they stand for: `npm run readme`. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SHOP_PICTURE, shopPicture } from './shop-picture.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A block of README.md that a program stands behind: `<!-- file: PATH -->` shows a file, `<!-- objects: PATH
 * Kind/name … -->` what a program makes, `<!-- run: weft … -->` what a command prints.
 */
const BLOCK = /<!-- (file|objects|run): (\S+)([^>]*?) -->\n```\w+\n(?:[\s\S]*?\n)?```$/gm;

/** The text of README.md with every block made anew. */
export function regenerated(readme: string): { readonly text: string; readonly blocks: number } {
  let blocks = 0;
  const text = readme.replace(BLOCK, (_, kind: 'file' | 'objects' | 'run', path: string, rest: string) => {
    blocks += 1;
    const head = `<!-- ${kind}: ${path}${rest} -->`;
    switch (kind) {
      case 'file':
        return `${head}\n\`\`\`${path.endsWith('.ts') ? 'ts' : 'yaml'}\n${readFileSync(join(ROOT, path), 'utf8').trimEnd()}\n\`\`\``;
      case 'objects':
        return `${head}\n\`\`\`yaml\n${objects(path, rest.trim().split(/\s+/)).join('\n---\n')}\n\`\`\``;
      case 'run':
        return `${head}\n\`\`\`text\n${printed(rest.trim().split(/\s+/))}\n\`\`\``;
    }
  });
  return { text, blocks };
}

/** What a command prints, whatever its exit code says; how long it took is left out, for that is never the same. */
function printed(args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/cli/main.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  if (stdout === '') throw new Error(`weft ${args.join(' ')}, which README.md shows, printed nothing: ${stderr}`);
  return stdout.trimEnd().replace(/ \(\d+(?:\.\d+)? s\)/g, '');
}

function objects(program: string, wanted: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'weft-readme-'));
  try {
    execFileSync(process.execPath, ['--import', 'tsx', program], {
      cwd: ROOT,
      env: { ...process.env, CDK8S_OUTDIR: folder },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const documents = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.yaml'))
      .flatMap((file) => readFileSync(join(folder, file), 'utf8').split(/^---\n/m));
    return wanted.map((name) => {
      const [kind, object] = name.split('/');
      const found = documents.find(
        (text) => text.includes(`kind: ${kind}\n`) && text.includes(`\n  name: ${object}\n`),
      );
      if (found === undefined) throw new Error(`${program} makes no ${name}, which README.md shows`);
      return found
        .replace(/^#.*\n/, '')
        .replace(/^ {2}labels:\n(?: {4}.*\n)+/m, '')
        .trimEnd();
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const file = join(ROOT, 'README.md');
  const { text, blocks } = regenerated(readFileSync(file, 'utf8'));
  writeFileSync(file, text);
  writeFileSync(join(ROOT, SHOP_PICTURE), await shopPicture());
  process.stdout.write(`README.md: ${blocks} blocks written, and ${SHOP_PICTURE}\n`);
}
