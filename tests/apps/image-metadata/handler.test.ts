import { describe, expect, test } from 'vitest';
import { imageMetadata, type Handler } from '../../../apps/image-metadata/handler.ts';
import { inMemoryObjects, inMemoryTable, type StoredObject } from '../../../apps/image-metadata/in-memory.ts';
import type { ImageMetadata, MakeThumbnail, ObjectStore, Ports } from '../../../apps/image-metadata/process-image.ts';

const UPLOADED = new Date('2026-05-04T09:30:00Z');
const LATER = new Date('2026-05-04T09:31:00Z');
const SETTINGS = { prefix: 'thumbnails/', maxImageBytes: 1000 };

interface Setting {
  readonly objects: Map<string, StoredObject>;
  readonly rows: Map<string, ImageMetadata>;
  readonly handler: Handler;
  /** Every call of a port, as "verb key". */
  readonly calls: string[];
  /** Messages of the log with their level. */
  readonly told: string[];
}

/** The function in a world of memory; `keys` are uploaded, and `over` replaces parts of the world. */
function given(
  keys: readonly string[],
  over: { readonly objects?: (real: ObjectStore) => Partial<ObjectStore>; readonly makeThumbnail?: MakeThumbnail } = {},
): Setting {
  const objects = new Map(keys.map((key) => [`uploads/${key}`, { bytes: Buffer.from(key), uploadedAt: UPLOADED }]));
  const rows = new Map<string, ImageMetadata>();
  const calls: string[] = [];
  const told: string[] = [];
  const real = inMemoryObjects(objects, () => LATER);
  const store = { ...real, ...over.objects?.(real) };
  const ports: Ports = {
    objects: {
      head: (name) => (calls.push(`head ${name.key}`), store.head(name)),
      read: (name, etag) => (calls.push(`read ${name.key}`), store.read(name, etag)),
      write: (name, thumbnail) => (calls.push(`write ${name.key}`), store.write(name, thumbnail)),
    },
    table: inMemoryTable(rows),
    makeThumbnail: over.makeThumbnail ?? (async (bytes) => ({ bytes, contentType: 'image/webp' })),
  };
  const tell = (level: string) => (_: unknown, message: string) => void told.push(`${level}: ${message}`);
  const log = { info: tell('info'), warn: tell('warn'), error: tell('error') };
  return { objects, rows, calls, told, handler: imageMetadata(ports, { thumbnails: SETTINGS, log }) };
}

const record = (key: string, eventName = 'ObjectCreated:Put') => ({
  eventSource: 'aws:s3',
  eventName,
  s3: { bucket: { name: 'uploads' }, object: { key } },
});
const created = (...keys: readonly string[]) => ({ Records: keys.map((key) => record(key)) });
const queued = (bodies: Readonly<Record<string, unknown>>) => ({
  Records: Object.entries(bodies).map(([messageId, body]) => ({
    eventSource: 'aws:sqs',
    messageId,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })),
});
const results = ({ body }: { readonly body: string }): unknown => (JSON.parse(body) as { results: unknown }).results;
const outcomes = (answer: { readonly body: string }): string[] =>
  (results(answer) as readonly { outcome: string }[]).map(({ outcome }) => outcome);

describe('an object that was created', () => {
  test('has its metadata in the table, just as the architecture says, and a thumbnail beside the image', async () => {
    const { handler, rows, objects, told } = given(['cat.jpg']);
    const answer = await handler(created('cat.jpg'));
    expect(answer).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        results: [{ bucket: 'uploads', key: 'cat.jpg', outcome: 'processed', thumbnail: 'thumbnails/cat.jpg.webp' }],
      }),
    });
    expect([...rows.values()]).toEqual([
      {
        image_id: 'cat.jpg',
        bucket: 'uploads',
        size_bytes: 7,
        uploaded_at: '2026-05-04T09:30:00.000Z',
        status: 'processed',
      },
    ]);
    expect([...objects.keys()]).toEqual(['uploads/cat.jpg', 'uploads/thumbnails/cat.jpg.webp']);
    expect(told).toEqual(['info: image processed']);
  });

  test.each([
    ['my+cat.jpg', 'my cat.jpg'],
    ['1%2B1.jpg', '1+1.jpg'],
    ['fr%C3%BChling/%E7%8C%AB.jpg', 'frühling/猫.jpg'],
    ['a%252Fb.jpg', 'a%2Fb.jpg'],
    ['100%25.jpg', '100%.jpg'],
  ])('is found by its URL-encoded key %s', async (encoded, key) => {
    const { handler, rows } = given([key]);
    expect((await handler(created(encoded))).statusCode).toBe(200);
    expect([...rows.keys()]).toEqual([key]);
  });

  test('has a row without a thumbnail when no thumbnail can be made of it', async () => {
    const { handler, rows, objects } = given(['notes.txt'], { makeThumbnail: async () => ({ none: 'no image' }) });
    const answer = await handler(created('notes.txt'));
    expect(results(answer)).toEqual([
      { bucket: 'uploads', key: 'notes.txt', outcome: 'processed', noThumbnail: 'no image' },
    ]);
    expect([...rows.keys()]).toEqual(['notes.txt']);
    expect([...objects.keys()]).toEqual(['uploads/notes.txt']);
  });

  test.each([
    ['a large one', 'x'.repeat(1001), /1001 bytes are more than the 1000/],
    ['an empty one', '', /empty/],
  ])('%s is never read into memory', async (_, content, why) => {
    const { handler, objects, calls, rows } = given([]);
    objects.set('uploads/it.jpg', { bytes: Buffer.from(content), uploadedAt: UPLOADED });
    expect(results(await handler(created('it.jpg')))).toEqual([
      expect.objectContaining({ outcome: 'processed', noThumbnail: expect.stringMatching(why) }),
    ]);
    expect(calls).toEqual(['head it.jpg']);
    expect(rows.size).toBe(1);
  });

  test('with a key that leaves no room for that of a thumbnail has a row', async () => {
    const key = 'ü'.repeat(505);
    const { handler, rows } = given([key]);
    expect(results(await handler(created(encodeURIComponent(key))))).toEqual([
      expect.objectContaining({ noThumbnail: expect.stringContaining('1024 bytes') }),
    ]);
    expect(rows.size).toBe(1);
  });

  test('and is a thumbnail does not begin another round', async () => {
    const { handler, calls, rows } = given(['thumbnails/cat.jpg.webp']);
    expect(outcomes(await handler(created('thumbnails/cat.jpg.webp')))).toEqual(['ignored']);
    expect({ calls, rows: rows.size }).toEqual({ calls: [], rows: 0 });
  });

  test('and is gone by now is no failure', async () => {
    const { handler, rows, told } = given([]);
    const answer = await handler(created('cat.jpg'));
    expect(answer.statusCode).toBe(200);
    expect(outcomes(answer)).toEqual(['gone']);
    expect(rows.size).toBe(0);
    expect(told).toEqual(['warn: image gone']);
  });

  test('and goes while it is worked on leaves no row', async () => {
    const { handler, rows } = given(['cat.jpg'], { objects: () => ({ read: async () => undefined }) });
    expect(outcomes(await handler(created('cat.jpg')))).toEqual(['gone']);
    expect(rows.size).toBe(0);
  });
});

describe('an event that comes twice', () => {
  test('changes nothing, and reads no image', async () => {
    const { handler, rows, calls } = given(['cat.jpg']);
    await handler(created('cat.jpg'));
    const before = [...rows.values()];
    calls.length = 0;
    const answer = await handler(created('cat.jpg'));
    expect(answer.statusCode).toBe(200);
    expect(outcomes(answer)).toEqual(['duplicate']);
    expect([...rows.values()]).toEqual(before);
    expect(calls).toEqual(['head cat.jpg']);
  });

  test('at once is stored once', async () => {
    const { handler, rows } = given(['cat.jpg']);
    const answers = await Promise.all([handler(created('cat.jpg')), handler(created('cat.jpg'))]);
    expect(answers.flatMap(outcomes).sort()).toEqual(['duplicate', 'processed']);
    expect(rows.size).toBe(1);
  });

  test('within a batch is worked on once', async () => {
    const { handler, calls } = given(['cat.jpg']);
    expect(outcomes(await handler(created('cat.jpg', 'cat.jpg')))).toEqual(['processed', 'duplicate']);
    expect(calls.filter((call) => call.startsWith('head'))).toHaveLength(1);
  });

  test('because a try broke off is done to its end', async () => {
    let isBroken = true;
    const { handler, rows, objects } = given(['cat.jpg'], {
      objects: (real) => ({
        write: async (...args) => {
          if (isBroken) throw new Error('broken off');
          return real.write(...args);
        },
      }),
    });
    expect((await handler(created('cat.jpg'))).statusCode).toBe(500);
    expect(rows.size).toBe(0);
    isBroken = false;
    expect(outcomes(await handler(created('cat.jpg')))).toEqual(['processed']);
    expect(objects.has('uploads/thumbnails/cat.jpg.webp')).toBe(true);
  });
});

describe('an image that is uploaded again', () => {
  test('has the row of the later upload', async () => {
    const { handler, rows, objects } = given(['cat.jpg']);
    await handler(created('cat.jpg'));
    objects.set('uploads/cat.jpg', { bytes: Buffer.from('another cat'), uploadedAt: LATER });
    expect(outcomes(await handler(created('cat.jpg')))).toEqual(['processed']);
    expect(rows.get('cat.jpg')).toMatchObject({ size_bytes: 11, uploaded_at: LATER.toISOString() });
  });

  test('while the first is worked on keeps row and thumbnail of the later one', async () => {
    const { handler, rows, objects } = given(['cat.jpg'], {
      makeThumbnail: async (bytes) => {
        if (Buffer.from(bytes).toString() === 'cat.jpg') {
          // In the middle of the first event comes the second upload, and its event is handled to its end.
          objects.set('uploads/cat.jpg', { bytes: Buffer.from('later'), uploadedAt: LATER });
          await handler(created('cat.jpg'));
        }
        return { bytes, contentType: 'image/webp' };
      },
    });
    expect(outcomes(await handler(created('cat.jpg')))).toEqual(['duplicate']);
    expect(rows.get('cat.jpg')).toMatchObject({ size_bytes: 5, uploaded_at: LATER.toISOString() });
    expect(Buffer.from(objects.get('uploads/thumbnails/cat.jpg.webp')?.bytes ?? []).toString()).toBe('later');
  });

  test('in another bucket under the same key: the later one has the row, and the earlier ends', async () => {
    const { handler, rows, objects } = given(['cat.jpg']);
    rows.set('cat.jpg', {
      image_id: 'cat.jpg',
      bucket: 'other',
      size_bytes: 1,
      uploaded_at: LATER.toISOString(),
      status: 'processed',
    });
    expect(outcomes(await handler(created('cat.jpg')))).toEqual(['ignored']);
    expect(rows.get('cat.jpg')?.bucket).toBe('other');
    expect(objects.size).toBe(2);
  });
});

describe('an event with many records', () => {
  test('has an answer for each, in their order, and works on few at once', async () => {
    let atOnce = 0;
    let most = 0;
    const keys = Array.from({ length: 50 }, (_, index) => `${index}.jpg`);
    const { handler, rows } = given(keys, {
      makeThumbnail: async (bytes) => {
        most = Math.max(most, (atOnce += 1));
        await new Promise((resolve) => setImmediate(resolve));
        atOnce -= 1;
        return { bytes, contentType: 'image/webp' };
      },
    });
    const answer = await handler(created(...keys));
    expect((results(answer) as readonly { key: string }[]).map(({ key }) => key)).toEqual(keys);
    expect(rows.size).toBe(50);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  test('is answered 500 when one fails, and the others are done; nothing of the reason gets out', async () => {
    const { handler, rows, told } = given(['a.jpg', 'b.jpg', 'c.jpg'], {
      objects: (real) => ({
        head: async (name) => {
          if (name.key === 'b.jpg') throw new Error('AccessDenied for arn:aws:iam::1:role/secret');
          return real.head(name);
        },
      }),
    });
    const answer = await handler(created('a.jpg', 'b.jpg', 'c.jpg'));
    expect(answer.statusCode).toBe(500);
    expect(outcomes(answer)).toEqual(['processed', 'failed', 'processed']);
    expect([...rows.keys()]).toEqual(['a.jpg', 'c.jpg']);
    expect(answer.body).not.toContain('arn:');
    expect(told).toContain('error: an image could not be processed');
  });

  test('begins nothing that the platform would end in the middle', async () => {
    const keys = Array.from({ length: 8 }, (_, index) => `${index}.jpg`);
    const { handler, rows } = given(keys);
    const left = [30_000, 9_000];
    const answer = await handler(created(...keys), { getRemainingTimeInMillis: () => left.shift() ?? 0 });
    expect(answer.statusCode).toBe(500);
    expect(outcomes(answer)).toEqual([...Array<string>(4).fill('processed'), ...Array<string>(4).fill('failed')]);
    expect(rows.size).toBe(4);
  });

  test.each([
    ['a key that is not URL-encoded', record('100%.jpg')],
    ['a record without an object', { eventSource: 'aws:s3', s3: { bucket: { name: 'uploads' } } }],
    ['a record that is none', 'cat.jpg'],
  ])('is answered 500 for %s, beside the one that is done', async (_, broken) => {
    const { handler, rows } = given(['cat.jpg']);
    const answer = await handler({ Records: [broken, record('cat.jpg')] });
    expect(answer.statusCode).toBe(500);
    expect(outcomes(answer)).toEqual(['failed', 'processed']);
    expect(rows.size).toBe(1);
  });

  test.each(['ObjectRemoved:Delete', 'ObjectTagging:Put'])('leaves %s alone', async (eventName) => {
    const { handler, calls } = given(['cat.jpg']);
    const answer = await handler({ Records: [record('cat.jpg', eventName)] });
    expect(answer.statusCode).toBe(200);
    expect(outcomes(answer)).toEqual(['ignored']);
    expect(calls).toEqual([]);
  });

  test('of a kind that is made by hand, with bucket and key alone, is done', async () => {
    const { handler } = given(['cat.jpg']);
    const event = { Records: [{ s3: { bucket: { name: 'uploads' }, object: { key: 'cat.jpg' } } }] };
    expect(outcomes(await handler(event))).toEqual(['processed']);
  });

  test('that has none is fine', async () => {
    expect(await given([]).handler({ Records: [] })).toMatchObject({ statusCode: 200, body: '{"results":[]}' });
  });
});

describe('notifications that come through a queue', () => {
  test('name the messages that failed, and only these', async () => {
    const { handler, rows } = given(['a.jpg', 'b.jpg', 'c.jpg'], {
      objects: (real) => ({
        head: async (name) => {
          if (name.key === 'b.jpg') throw new Error('throttled');
          return real.head(name);
        },
      }),
    });
    const answer = await handler(
      queued({
        first: created('a.jpg'),
        second: created('c.jpg', 'b.jpg'),
        third: 'no JSON {',
        fourth: { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'uploads' },
        fifth: { something: 'else' },
        sixth: created('gone.jpg'),
      }),
    );
    expect(answer.batchItemFailures).toEqual(
      ['second', 'third', 'fifth'].map((itemIdentifier) => ({ itemIdentifier })),
    );
    expect(answer.statusCode).toBe(500);
    expect([...rows.keys()].sort()).toEqual(['a.jpg', 'c.jpg']);
  });

  test('that all went well name none', async () => {
    expect(await given(['a.jpg']).handler(queued({ first: created('a.jpg') }))).toMatchObject({
      statusCode: 200,
      batchItemFailures: [],
    });
  });
});

describe('an API call', () => {
  const call = (method: string, parameters?: Record<string, string>) => ({
    httpMethod: method,
    queryStringParameters: parameters ?? null,
  });

  test.each([
    ['payload format 1.0', call('GET', { image_id: 'my cat.jpg' })],
    [
      'payload format 2.0',
      {
        version: '2.0',
        requestContext: { http: { method: 'GET' } },
        queryStringParameters: { image_id: 'my cat.jpg' },
      },
    ],
  ])('of %s is answered with the metadata as JSON', async (_, event) => {
    const { handler, rows } = given(['my cat.jpg']);
    await handler(created('my+cat.jpg'));
    const answer = await handler(event);
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(answer.body)).toEqual(rows.get('my cat.jpg'));
  });

  test.each([
    ['for an image that nobody knows', call('GET', { image_id: 'dog.jpg' }), 404],
    ['without an image', call('GET'), 400],
    ['with another method', call('DELETE', { image_id: 'cat.jpg' }), 405],
  ])('%s is answered with a problem', async (_, event, status) => {
    const answer = await given([]).handler(event);
    expect(answer).toMatchObject({ statusCode: status, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'about:blank', status });
  });

  test('that cannot be answered is 500, and tells nothing of the reason', async () => {
    const told: unknown[] = [];
    const log = { info: () => undefined, warn: () => undefined, error: (facts: unknown) => void told.push(facts) };
    const broken: Ports = {
      objects: inMemoryObjects(new Map(), () => LATER),
      table: { ...inMemoryTable(new Map()), find: () => Promise.reject(new Error('table secret-7 is gone')) },
      makeThumbnail: async () => ({ none: '' }),
    };
    const answer = await imageMetadata(broken, { thumbnails: SETTINGS, log })(call('GET', { image_id: 'cat.jpg' }));
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret');
    expect(told).toEqual([{ err: expect.objectContaining({ message: 'table secret-7 is gone' }) }]);
  });
});

test.each([[undefined], [null], ['text'], [{}], [{ Records: 'none' }]])(
  'an event that nobody knows (%j) is answered 500 with a JSON body',
  async (event) => {
    const answer = await given([]).handler(event);
    expect(answer.statusCode).toBe(500);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 500 });
  },
);
