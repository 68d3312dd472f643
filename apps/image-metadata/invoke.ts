/** Runs the function on this machine: `npm run invoke -- FILE…`. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { imageMetadata } from './handler.ts';
import { inMemoryObjects, inMemoryTable, objectPath, type StoredObject } from './in-memory.ts';
import { makeThumbnail } from './make-thumbnail.ts';
import { thumbnailKey, type ImageMetadata } from './process-image.ts';
import { readSettings } from './settings.ts';

const USAGE = `Runs the image-metadata function on this machine.

  npm run invoke -- FILE… [--thumbnails FOLDER]    as if the files had been uploaded: no cloud, nothing is kept
  npm run invoke -- --event FILE                   with an event as JSON ("-" reads stdin), on the S3 and DynamoDB that
                                                   AWS_ENDPOINT_URL, or your AWS profile, names

  --thumbnails FOLDER  where thumbnails are written (default: nowhere)

The answer is printed on stdout, the log on stderr. Exit code 1 when the answer is not 200.`;

/** What a call of the function came to, for a person who looks at it. */
interface Printed {
  readonly statusCode: number;
  readonly body: unknown;
  readonly image_metadata?: readonly ImageMetadata[];
}

const BUCKET = 'uploads';

async function invokeOnFiles(files: readonly string[], thumbnailsFolder: string | undefined): Promise<Printed> {
  const { thumbnails, logLevel } = readSettings(process.env);
  const objects = new Map<string, StoredObject>();
  for (const file of files)
    objects.set(objectPath({ bucket: BUCKET, key: basename(file) }), {
      bytes: readFileSync(file),
      uploadedAt: statSync(file).mtime,
    });
  const rows = new Map<string, ImageMetadata>();
  const handler = imageMetadata(
    { objects: inMemoryObjects(objects, () => new Date()), table: inMemoryTable(rows), makeThumbnail },
    { thumbnails, log: pino({ level: logLevel }, pino.destination({ fd: 2, sync: true })) },
  );
  const answer = await handler({
    Records: files.map((file) => ({
      eventSource: 'aws:s3',
      eventName: 'ObjectCreated:Put',
      s3: { bucket: { name: BUCKET }, object: { key: encodeURIComponent(basename(file)).replaceAll('%20', '+') } },
    })),
  });
  for (const { image_id } of thumbnailsFolder === undefined ? [] : rows.values()) {
    const key = thumbnailKey(thumbnails, image_id);
    const thumbnail = objects.get(objectPath({ bucket: thumbnails.bucket ?? BUCKET, key }));
    if (thumbnail === undefined) continue;
    const path = join(thumbnailsFolder ?? '.', key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, thumbnail.bytes);
  }
  return { ...printed(answer), image_metadata: [...rows.values()] };
}

async function invokeOnAws(eventFile: string): Promise<Printed> {
  // Its composition reads the environment, so it is loaded only when it is wanted.
  const { handler } = await import('./main.ts');
  return printed(await handler(JSON.parse(readFileSync(eventFile === '-' ? 0 : eventFile, 'utf8'))));
}

const printed = ({ body, ...rest }: { readonly statusCode: number; readonly body: string }): Printed => ({
  ...rest,
  body: JSON.parse(body),
});

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { event: { type: 'string' }, thumbnails: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  if ((values.event === undefined) === (positionals.length === 0))
    throw new Error('name either files or an event; see --help');
  const result =
    values.event === undefined ? await invokeOnFiles(positionals, values.thumbnails) : await invokeOnAws(values.event);
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  return result.statusCode === 200 ? 0 : 1;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`invoke: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
