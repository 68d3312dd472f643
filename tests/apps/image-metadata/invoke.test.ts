import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'weft-invoke-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const invoke = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'apps/image-metadata/invoke.ts', ...args],
    { encoding: 'utf8', timeout: 30_000 },
  );
  return { code: status, stdout, stderr };
};

test('invoke runs the function on files, without a cloud', async () => {
  const photo = join(folder, 'my cat + dog.jpg');
  const notes = join(folder, 'notes.txt');
  await sharp({ create: { width: 600, height: 300, channels: 3, background: 'teal' } })
    .jpeg()
    .toFile(photo);
  writeFileSync(notes, 'no image');
  const { code, stdout } = invoke(photo, notes, '--thumbnails', folder);
  expect(JSON.parse(stdout)).toMatchObject({
    statusCode: 200,
    body: {
      results: [{ outcome: 'processed', thumbnail: 'thumbnails/my cat + dog.jpg.webp' }, { outcome: 'processed' }],
    },
  });
  expect(stdout).toContain('"image_id": "my cat + dog.jpg"');
  expect(existsSync(join(folder, 'thumbnails/my cat + dog.jpg.webp'))).toBe(true);
  expect(code).toBe(0);
}, 60_000);

test('invoke says what it wants', () => {
  expect(invoke()).toMatchObject({ code: 2, stderr: expect.stringContaining('name either files or an event') });
  expect(invoke('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('npm run invoke -- FILE…') });
}, 60_000);
