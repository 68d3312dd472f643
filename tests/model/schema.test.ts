import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { istioSchemas } from '../../charts-src/imports/istio-schemas.ts';
import { apiServer, dataFile, formatPath, validate, type Schema } from '../../charts-src/model/schema.ts';

const service: Schema = {
  type: 'object',
  required: ['name'],
  nullable: ['note'],
  fields: {
    name: { type: 'string', pattern: '^[a-z-]+$', maxLength: 20, expects: 'a name such as order-service' },
    kind: { type: 'enum', of: ['small', 'large', ''] },
    replicas: { type: 'integer', min: 1, max: 10 },
    share: { type: 'number', min: 0 },
    timeout: { type: 'duration', min: '1ms' },
    isPublic: 'boolean',
    note: 'string',
    anything: 'any',
    url: { type: 'string', schemes: ['http', 'https'] },
    key: { type: 'string', format: 'base64' },
    labels: { type: 'map', values: 'string', keys: { type: 'string', minLength: 2 }, maxEntries: 2 },
    byPort: { type: 'map', values: 'string', keys: { type: 'integer', min: 1, max: 65_535 }, minEntries: 1 },
    versions: {
      type: 'list',
      maxItems: 3,
      minItems: 1,
      uniqueBy: ['name'],
      items: { type: 'object', fields: { name: 'string', weight: 'number' } },
    },
    from: {
      type: 'object',
      atMostOne: [['user', ['group', 'groups']]],
      fields: { user: 'string', group: 'string', groups: 'string' },
    },
    source: { type: 'object', exactlyOne: [['git', 'image']], fields: { git: 'string', image: 'string' } },
    place: { type: 'object', atLeastOne: [['zone', 'region']], fields: { zone: 'string', region: 'string' } },
    disk: {
      type: 'object',
      fields: { kind: 'string', size: 'integer', path: 'string', tags: { type: 'list', items: 'string' } },
      when: [
        { if: { field: 'kind', is: ['local'] }, then: { required: ['path'], forbidden: ['size'] } },
        { if: { field: 'path', startsWith: '/scratch' }, then: { fields: { size: { type: 'integer', max: 5 } } } },
        { if: { field: 'tags', hasItemWith: '!' }, then: { required: ['size'] } },
        { if: { field: 'kind', is: ['none'], orAbsent: true }, then: { forbidden: ['tags'] } },
      ],
    },
  },
};

const check = (value: unknown) =>
  validate(service, value).map(({ path, what, fix }) => `${formatPath(path)}: ${what}; ${fix}`);
const withName = (more: object) => ({ name: 'order-service', ...more });

describe('what is right', () => {
  test.each<[string, object]>([
    ['only what is required', {}],
    ['limits included', { replicas: 10, share: 0, timeout: '1ms', labels: { ab: '', cd: '' } }],
    ['durations as Go reads them', { timeout: '+1h30m0.5s' }],
    ['null where it may be', { note: null, anything: null }],
    ['undefined is left out', { kind: undefined, replicas: undefined, unknown: undefined }],
    ['fields of one group together', { from: { group: 'a', groups: 'b' } }],
    ['a condition that does not hold', { disk: { kind: 'remote', size: 50, path: '/data', tags: ['a'] } }],
    ['numbers as names', { byPort: { '80': 'a', '+443': 'b' } }],
    ['a URL in capitals', { url: 'HTTPS://example.com/a%20b' }],
    ['items without the unique field', { versions: [{ weight: 1 }, { weight: 1 }] }],
  ])('%s', (_, more) => expect(check(withName(more))).toEqual([]));
});

describe('what is wrong', () => {
  test.each<[object, string]>([
    [{ replica: 1 }, 'replica: unknown field "replica"; did you mean "replicas"?'],
    [{ weight: 1 }, 'weight: unknown field "weight"; move it into "versions"'],
    [{ from: { xyz: 1 } }, 'from.xyz: unknown field "xyz"; remove it; fields here: user, group, groups'],
    [
      { ['a.b']: 1 },
      '["a.b"]: unknown field "a.b"; remove it; fields here: name, kind, replicas, share, timeout, isPublic, note, anything, url, key, labels, byPort, versions, from, source, place, disk',
    ],
    [{ name: undefined }, 'name: name is missing; add "name"'],
    [{ name: 'Order' }, 'name: "Order" is not a name such as order-service; write a name such as order-service'],
    [{ name: 'a'.repeat(21) }, 'name: "aaaaaaaaaaaaaaaaaaaaa" has 21 characters, more than 20; shorten it to 20'],
    [{ name: null }, 'name: null is no value here; leave the field out, or write something after its colon'],
    [{ kind: 'Large' }, 'kind: "Large" is none of the choices; did you mean "large"? choices: small, large, ""'],
    [{ kind: 2 }, 'kind: 2 is not a text; put it in quotes: "2"'],
    [{ kind: [] }, 'kind: an empty list is not a text; write a text'],
    [{ replicas: '3' }, 'replicas: "3" is not a whole number; leave out the quotes: 3'],
    [{ replicas: 'three' }, 'replicas: "three" is not a whole number; write a whole number'],
    [{ replicas: 1.5 }, 'replicas: 1.5 is not a whole number; write a whole number from 1 to 10'],
    [{ replicas: 0 }, 'replicas: 0 is less than 1; write a whole number from 1 to 10'],
    [{ replicas: 11 }, 'replicas: 11 is more than 10; write a whole number from 1 to 10'],
    [{ share: -0.1 }, 'share: -0.1 is less than 0; write a number of at least 0'],
    [{ share: Number.NaN }, 'share: NaN is not a number; write a number'],
    [{ timeout: '30' }, 'timeout: "30" is not a duration; add the unit: "30s", or "30ms"'],
    [{ timeout: 'soon' }, 'timeout: "soon" is not a duration; write a number and a unit, such as "30s"'],
    [{ timeout: '999us' }, 'timeout: "999us" is shorter than 1ms; write 1ms or more, or leave the field out'],
    [{ timeout: 30 }, 'timeout: 30 is not a duration; add the unit: "30s", or "30ms"'],
    [{ isPublic: 'true' }, 'isPublic: "true" is not true or false; leave out the quotes: true'],
    [{ isPublic: 'yes' }, 'isPublic: "yes" is not true or false; write true or false'],
    [
      { url: 'ftp://a' },
      'url: "ftp://a" is not a URL that can be fetched here; write a URL that begins with http://, https://',
    ],
    [
      { url: 'http://a b' },
      'url: "http://a b" is not a URL that can be fetched here; write a URL that begins with http://, https://',
    ],
    [{ key: 'a' }, 'key: "a" is not base64; encode the bytes as base64, with padding'],
    [{ labels: { a: '' } }, 'labels.a: as a name, "a" has 1 characters; write at least 2 characters'],
    [{ labels: { ab: 1 } }, 'labels.ab: 1 is not a text; put it in quotes: "1"'],
    [{ labels: { ab: '', cd: '', ef: '' } }, 'labels: the object has 3 entries, more than 2; leave at most 2'],
    [{ labels: ['ab'] }, 'labels: a list (1 item) is not an object; write fields instead of a list: leave out the "-"'],
    [{ byPort: {} }, 'byPort: the object has 0 entries; write at least 1'],
    [{ byPort: { http: 'a' } }, 'byPort.http: as a name, "http" is not a whole number; write a whole number'],
    [{ byPort: { '0': 'a' } }, 'byPort.0: as a name, 0 is less than 1; write a whole number from 1 to 65535'],
    [{ versions: {} }, 'versions: an object is not a list; write a list: put "- " before each item'],
    [{ versions: [] }, 'versions: the list has 0 items; write at least 1'],
    [{ versions: [{}, {}, {}, {}] }, 'versions: the list has 4 items, more than 3; leave at most 3'],
    [{ versions: ['v1'] }, 'versions[0]: "v1" is not an object; write fields: "name: value"'],
    [
      { versions: [{ name: 'v1' }, { name: 'v1' }] },
      'versions[1].name: "v1" is already the name of item 0; give each item a name of its own',
    ],
    [
      { from: { user: 'a', groups: 'b' } },
      'from: "user" and "groups" exclude each other; keep one of "user" or "groups"',
    ],
    [{ source: {} }, 'source: none of "git" and "image" is set; set exactly one of them'],
    [
      { source: { git: 'a', image: 'b' } },
      'source: "git" and "image" exclude each other; keep one of "git" or "image"',
    ],
    [{ place: {} }, 'place: none of "zone" and "region" is set; set at least one of them'],
    [{ disk: { kind: 'local' } }, 'disk.path: path is missing when kind is local; add "path"'],
    [
      { disk: { kind: 'local', path: '/a', size: 1 } },
      'disk.size: size may not be set when kind is local; leave it out',
    ],
    [
      { disk: { kind: 'a', path: '/scratch/a', size: 6 } },
      'disk.size: 6 is more than 5 when path begins with /scratch; write a whole number of at most 5',
    ],
    [
      { disk: { kind: 'a', path: '/scratch', size: '6' } },
      'disk.size: "6" is not a whole number; leave out the quotes: 6',
    ],
    [{ disk: { kind: 'a', tags: ['a!'] } }, 'disk.size: size is missing when one of tags holds "!"; add "size"'],
    [{ disk: { tags: ['a'] } }, 'disk.tags: tags may not be set when kind is none or left out; leave it out'],
  ])('%j', (more, problem) => expect(check(withName(more))).toEqual([problem]));

  test('all at once, in the order of the schema', () => {
    expect(
      check({ kindd: 'small', replicas: 0, versions: [{ name: 1 }, { weight: 'x' }] }).map(
        (line) => line.split(':')[0],
      ),
    ).toEqual(['kindd', 'name', 'replicas', 'versions[0].name', 'versions[1].weight']);
  });

  test('a root that is no object', () => {
    expect(check('text')).toEqual([': "text" is not an object; write fields: "name: value"']);
    expect(check(undefined)).toEqual([': there is nothing here; write a value']);
  });

  test('what every object inherits is not a field of it', () => {
    const schema: Schema = {
      type: 'object',
      fields: Object.fromEntries([['toString', 'string' as const]]),
      required: ['toString'],
    };
    expect(validate(schema, {}).map(({ what }) => what)).toEqual(['toString is missing']);
  });

  test('a long value is shortened', () => {
    const [{ what = '' } = {}] = validate({ type: 'enum', of: ['a'] }, 'x'.repeat(1_000));
    expect(what).toBe(`"${'x'.repeat(60)}…" is none of the choices`);
  });

  test('why it hurts depends on who reads it, and places are told from where the value is', () => {
    const schema: Schema = { type: 'object', fields: { port: 'integer' } };
    const value = { prot: 1, port: 'a' };
    for (const reader of [dataFile, apiServer])
      expect(
        validate(schema, value, { at: ['spec', 0], reader }).map(({ path, why }) => [formatPath(path), why]),
      ).toEqual([
        ['spec[0].prot', reader.unknownField],
        ['spec[0].port', reader.refuses],
      ]);
  });

  test('a long text costs little time', () => {
    const started = performance.now();
    const long = `${'1'.repeat(200_000)}x`;
    expect(check(withName({ timeout: long, key: long, url: long, name: long }))).toHaveLength(4);
    // A pattern that backtracks would take minutes.
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

test.each<[Parameters<typeof formatPath>[0], string]>([
  [[], ''],
  [['spec', 'http', 0, 'route', 1, 'weight'], 'spec.http[0].route[1].weight'],
  [['labels', 'app.kubernetes.io/name'], 'labels["app.kubernetes.io/name"]'],
  [['headers', 'x-canary', 'exact'], 'headers.x-canary.exact'],
  [['portLevelMtls', '8080'], 'portLevelMtls.8080'],
  [[0, 'a'], '[0].a'],
  [['a', ''], 'a[""]'],
  [['a', 'b"c'], 'a["b\\"c"]'],
])('%j is written %s', (path, text) => expect(formatPath(path)).toBe(text));

describe('any value at all', () => {
  const schemas = fc.constantFrom<Schema>(service, ...Object.values(istioSchemas).map(({ spec }) => spec));
  /** Values that get past the first look: known names, with anything inside. */
  const names = [
    'spec',
    ...Object.values(istioSchemas).flatMap(({ spec }) => Object.keys(spec.fields)),
    'name',
    'host',
    '__proto__',
  ];
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.anything(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 4 }),
    ),
  })).value;

  test('never throws, is judged the same twice, and problems lie inside it', () => {
    let problems = 0;
    fc.assert(
      fc.property(schemas, value, (schema, given) => {
        const found = validate(schema, given);
        problems += found.length;
        expect(validate(schema, given)).toEqual(found);
        for (const { path, what, why, fix } of found) {
          expect([what, why, fix].every((part) => part.length > 0 && !part.endsWith('.'))).toBe(true);
          // The last step may lead to what is missing; all before it are there.
          const parent = path.slice(0, -1).reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], given);
          expect(path.length === 0 || (typeof parent === 'object' && parent !== null)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
    expect(problems).toBeGreaterThan(500);
  });

  test('a field more makes a right value wrong, and taking it away right again', () => {
    const right = fc.record({
      name: fc.constantFrom('a', 'order-service'),
      replicas: fc.integer({ min: 1, max: 10 }),
      versions: fc.uniqueArray(
        fc.record({ name: fc.string(), weight: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
        {
          selector: ({ name }) => name,
          minLength: 1,
          maxLength: 3,
        },
      ),
    });
    const fields = typeof service === 'object' && service.type === 'object' ? Object.keys(service.fields) : [];
    fc.assert(
      fc.property(
        right,
        fc.string().filter((name) => !fields.includes(name)),
        (given, name) => {
          expect(validate(service, given)).toEqual([]);
          // Written so that a name such as __proto__ becomes a field, too.
          const more = Object.fromEntries([...Object.entries(given), [name, 1]]);
          expect(validate(service, more).map(({ path }) => path)).toEqual([[name]]);
        },
      ),
    );
  });
});
