import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const files = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]),
  );

test('dist/ is what the code says: else run `npm start` and commit what changed', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-dist-'));
  try {
    execFileSync(process.execPath, ['--import', 'tsx', 'charts-src/main.ts'], {
      env: { ...process.env, CDK8S_OUTDIR: folder },
    });
    const made = files(folder);
    expect(made.size).toBeGreaterThan(40);
    const committed = files('dist');
    expect([...committed.keys()]).toEqual([...made.keys()]);
    for (const [file, text] of made) expect(committed.get(file), file).toBe(text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
