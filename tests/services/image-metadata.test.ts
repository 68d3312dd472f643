import { spawn } from 'node:child_process';
import { CreateTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dynamoTable, s3Objects } from '../../apps/image-metadata/aws.ts';
import { imageMetadata } from '../../apps/image-metadata/handler.ts';
import { makeThumbnail } from '../../apps/image-metadata/make-thumbnail.ts';
import type { ObjectStore } from '../../apps/image-metadata/process-image.ts';
import { startMoto, type MotoServer } from '../support/moto.ts';

const BUCKET = 'uploads';
const TABLE = 'image_metadata';
const thumbnails = { prefix: 'thumbnails/', maxImageBytes: 1_000_000 };
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let moto: MotoServer;
let s3: S3Client;
let dynamo: DynamoDBClient;
let photo: Buffer;

beforeAll(async () => {
  moto = await startMoto();
  const client = {
    endpoint: moto.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  s3 = new S3Client({ ...client, forcePathStyle: true });
  dynamo = new DynamoDBClient(client);
  photo = await sharp({ create: { width: 800, height: 400, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();
});
afterAll(async () => {
  s3.destroy();
  dynamo.destroy();
  await moto.stop();
});
beforeEach(async () => {
  await moto.reset();
  await s3.send(
    new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
  );
  await dynamo.send(
    new CreateTableCommand({
      TableName: TABLE,
      AttributeDefinitions: [{ AttributeName: 'image_id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'image_id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
});

const functionOn = (objects: ObjectStore = s3Objects(s3), table = TABLE) =>
  imageMetadata({ objects, table: dynamoTable(dynamo, table), makeThumbnail }, { thumbnails, log });
const upload = (key: string, body: Buffer | string = photo) =>
  s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }));
/** The event of a new object, its key encoded as S3 does. */
const created = (...keys: readonly string[]) => ({
  Records: keys.map((key) => ({
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Put',
    s3: { bucket: { name: BUCKET }, object: { key: encodeURIComponent(key).replaceAll('%20', '+') } },
  })),
});
const rows = async () => (await dynamo.send(new ScanCommand({ TableName: TABLE, ConsistentRead: true }))).Items ?? [];
const keysInBucket = async () =>
  ((await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }))).Contents ?? []).map(({ Key }) => Key);
const outcomes = ({ body }: { readonly body: string }): string[] =>
  (JSON.parse(body) as { results: { outcome: string }[] }).results.map(({ outcome }) => outcome);

describe('image-metadata on S3 and DynamoDB', () => {
  test('stores what the architecture says, and a thumbnail that is one', async () => {
    await upload('cat.jpg');
    const answer = await functionOn()(created('cat.jpg'));
    expect(answer.statusCode).toBe(200);
    expect(await rows()).toEqual([
      {
        image_id: { S: 'cat.jpg' },
        bucket: { S: BUCKET },
        size_bytes: { N: String(photo.length) },
        uploaded_at: { S: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) },
        status: { S: 'processed' },
      },
    ]);
    const thumbnail = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'thumbnails/cat.jpg.webp' }));
    expect(thumbnail.ContentType).toBe('image/webp');
    const { format, width, height } = await sharp(await thumbnail.Body?.transformToByteArray()).metadata();
    expect({ format, width, height }).toEqual({ format: 'webp', width: 256, height: 128 });
  });

  test.each(['my cat.jpg', '1+1=2.jpg', 'frühling/猫 & dog.jpg', '100%.jpg', 'a//b.jpg'])(
    'finds %s by the key of its event',
    async (key) => {
      await upload(key);
      const handler = functionOn();
      expect(outcomes(await handler(created(key)))).toEqual(['processed']);
      expect((await keysInBucket()).sort()).toEqual([key, `thumbnails/${key}.webp`].sort());
      const shown = await handler({ httpMethod: 'GET', queryStringParameters: { image_id: key } });
      expect(shown.statusCode).toBe(200);
      expect(JSON.parse(shown.body)).toMatchObject({ image_id: key, size_bytes: photo.length });
    },
  );

  test('a batch with all that can be wrong: each object has its own end', async () => {
    await upload('good.jpg');
    await upload('notes.txt', 'no image');
    await upload('broken.jpg', photo.subarray(0, 300));
    await upload('empty.jpg', '');
    await upload('huge.bin', Buffer.alloc(thumbnails.maxImageBytes + 1));
    const answer = await functionOn()(
      created('good.jpg', 'gone.jpg', 'notes.txt', 'broken.jpg', 'empty.jpg', 'huge.bin'),
    );
    expect(outcomes(answer)).toEqual(['processed', 'gone', 'processed', 'processed', 'processed', 'processed']);
    expect((await rows()).map((row) => row['image_id']?.S).sort()).toEqual(
      ['broken.jpg', 'empty.jpg', 'good.jpg', 'huge.bin', 'notes.txt'].sort(),
    );
    expect((await keysInBucket()).filter((key) => key?.startsWith('thumbnails/'))).toEqual([
      'thumbnails/good.jpg.webp',
    ]);
  });

  test('an event that comes ten times at once is stored once', async () => {
    await upload('cat.jpg');
    const handler = functionOn();
    const answers = await Promise.all(Array.from({ length: 10 }, () => handler(created('cat.jpg'))));
    expect(answers.flatMap(outcomes).filter((outcome) => outcome === 'processed')).toHaveLength(1);
    expect(answers.every(({ statusCode }) => statusCode === 200)).toBe(true);
    expect(await rows()).toHaveLength(1);
  });

  test('a later upload replaces the row, and a late event of the earlier one does not bring it back', async () => {
    await upload('cat.jpg', 'short');
    const real = s3Objects(s3);
    const seenBefore = await real.head({ bucket: BUCKET, key: 'cat.jpg' });
    const handler = functionOn();
    await handler(created('cat.jpg'));
    await upload('cat.jpg');
    expect(outcomes(await handler(created('cat.jpg')))).toEqual(['processed']);
    const stored = await rows();
    expect(stored[0]?.['size_bytes']).toEqual({ N: String(photo.length) });

    // The earlier event again, by a function that looked at the object an hour before it was replaced.
    const anHourBefore = new Date((seenBefore?.uploadedAt.getTime() ?? 0) - 3_600_000);
    let looks = 0;
    const late = functionOn({
      ...real,
      head: async (name) =>
        (looks += 1) === 1 && seenBefore ? { ...seenBefore, uploadedAt: anHourBefore } : real.head(name),
      read: async (name, etag) => (etag === seenBefore?.etag ? Buffer.from('short') : real.read(name, etag)),
    });
    expect(outcomes(await late(created('cat.jpg')))).toEqual(['duplicate']);
    expect(await rows()).toEqual(stored);
  });

  test('content that changes between the look and the read is a failure, to be tried again', async () => {
    await upload('cat.jpg', 'first');
    const real = s3Objects(s3);
    const handler = functionOn({
      ...real,
      head: async (name) => {
        const head = await real.head(name);
        await upload('cat.jpg');
        return head;
      },
    });
    expect((await handler(created('cat.jpg'))).statusCode).toBe(500);
    expect(await rows()).toEqual([]);
    expect(outcomes(await functionOn()(created('cat.jpg')))).toEqual(['processed']);
  });

  test('an object that goes between the look and the read is gone', async () => {
    await upload('cat.jpg');
    const real = s3Objects(s3);
    const handler = functionOn({
      ...real,
      head: async (name) => {
        const head = await real.head(name);
        await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: name.key }));
        return head;
      },
    });
    expect(outcomes(await handler(created('cat.jpg')))).toEqual(['gone']);
    expect(await rows()).toEqual([]);
  });

  test('a table that is missing is 500 for the event and for the API call, without a detail', async () => {
    await upload('cat.jpg');
    const handler = functionOn(s3Objects(s3), 'no_such_table');
    for (const event of [created('cat.jpg'), { httpMethod: 'GET', queryStringParameters: { image_id: 'cat.jpg' } }]) {
      const answer = await handler(event);
      expect(answer.statusCode).toBe(500);
      expect(answer.body).not.toMatch(/table|Dynamo|ResourceNotFound/i);
    }
  });
});

describe('npm run invoke -- --event, the composition that Lambda runs', () => {
  const invoke = (event: unknown, env: Readonly<Record<string, string>> = {}) =>
    new Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>(
      (resolve, reject) => {
        const child = spawn(process.execPath, ['--import', 'tsx', 'apps/image-metadata/invoke.ts', '--event', '-'], {
          env: {
            ...process.env,
            AWS_ENDPOINT_URL: moto.url,
            AWS_REGION: 'eu-central-1',
            AWS_ACCESS_KEY_ID: 'test',
            AWS_SECRET_ACCESS_KEY: 'test',
            ...env,
          },
          timeout: 60_000,
        });
        let stdout = '';
        let stderr = '';
        child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
        child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
        child.once('error', reject);
        child.once('close', (code) => resolve({ code, stdout, stderr }));
        child.stdin.end(JSON.stringify(event));
      },
    );

  test('answers 200 and stores', async () => {
    await upload('cat.jpg');
    const { code, stdout } = await invoke(created('cat.jpg'));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ statusCode: 200, body: { results: [{ outcome: 'processed' }] } });
    expect(await rows()).toHaveLength(1);
  });

  test('answers 500 when it could not, or throws where Lambda is to try again', async () => {
    await upload('cat.jpg');
    expect((await invoke(created('cat.jpg'), { TABLE_NAME: 'no_such_table' })).code).toBe(1);
    const thrown = await invoke(created('cat.jpg'), { TABLE_NAME: 'no_such_table', FAILED_EVENTS: 'throw' });
    expect(thrown.code).toBe(2);
    expect(thrown.stderr).toContain('"outcome":"failed"');
  });
});
