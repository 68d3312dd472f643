import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { renderDocument, renderYaml, YamlValueError } from '../../charts-src/manifest/yaml.ts';
import { NASTY_STRINGS } from '../support/nasty-strings.ts';

const readBack = (text: string): unknown => parse(text, { version: '1.1', merge: false });

/** Pieces that YAML readers stumble over, so that random strings are worth trying. */
const piece = fc.constantFrom(
  ...'abeynofxk0178_-+.:/@%=~#!&*|>?"\'`,[]{}<\\ \t\n\r'.split(''),
  ...[
    'on',
    'yes',
    'null',
    '0x',
    '0o',
    '1_0',
    'e3',
    '.inf',
    '---',
    '...',
    ': ',
    ' #',
    '- ',
    '\n ',
    '\n  ',
    '\n\n',
    '\n#',
    '\n\t',
  ],
  ...['é', '😀', '\u2028', '\u0085', '\u00a0', '\ufeff', '\u0007', '\u007f', '\ufffe'],
);
const nasty = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
const text = fc.oneof(nasty, fc.string({ unit: 'grapheme' }), fc.constantFrom(...NASTY_STRINGS));
// Minus zero is a number of JavaScript only.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.boolean(),
    fc.integer(),
    number,
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

describe('what is written is read back exactly, with the habits of YAML 1.1', () => {
  test('any JSON without null', () => {
    fc.assert(
      fc.property(value, (document) => {
        expect(readBack(renderYaml([document]))).toEqual(document);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(NASTY_STRINGS.map((string) => ({ string })))('$string', ({ string }) => {
    const document = {
      key: string,
      list: [string, [string]],
      map: { [string]: string },
      maps: [{ [string]: 1, z: string }],
    };
    expect(readBack(renderYaml([document]))).toEqual(document);
  });

  test('several documents', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(text, value, { noNullPrototype: true }), { minLength: 1, maxLength: 4 }),
        (documents) => {
          const read = parseAllDocuments(renderYaml(documents), { version: '1.1', merge: false });
          expect(Array.isArray(read) && read.map((document) => document.toJS())).toEqual(documents);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the text is stable and readable', () => {
  test('the order of keys does not matter', () => {
    const reversed = (input: unknown): unknown =>
      Array.isArray(input)
        ? input.map(reversed)
        : typeof input === 'object' && input !== null
          ? Object.fromEntries(
              Object.entries(input)
                .reverse()
                .map(([key, item]) => [key, reversed(item)]),
            )
          : input;
    fc.assert(
      fc.property(value, (document) => {
        expect(renderYaml([reversed(document)])).toBe(renderYaml([document]));
      }),
    );
  });

  test('a deployment', () => {
    const deployment = {
      spec: {
        template: {
          spec: {
            containers: [
              {
                image: 'weft-shop/orders:1.4',
                ports: [{ containerPort: 8080, name: 'http' }],
                args: [],
                name: 'main',
                env: undefined,
              },
            ],
          },
        },
        replicas: 2,
      },
      status: {},
      metadata: {
        labels: { version: '1', app: 'orders' },
        annotations: { 'weft/why': 'it is: late' },
        namespace: 'shop',
        name: 'orders',
      },
      kind: 'Deployment',
      apiVersion: 'apps/v1',
    };
    const config = {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      data: { on: 'off', 'a.conf': 'first\n  second\n\nlast\n', open: 'no\nend' },
    };
    expect(renderYaml([deployment, config])).toBe(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
  namespace: shop
  annotations:
    weft/why: "it is: late"
  labels:
    app: orders
    version: "1"
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: main
          args: []
          image: weft-shop/orders:1.4
          ports:
            - name: http
              containerPort: 8080
status: {}
---
apiVersion: v1
kind: ConfigMap
data:
  a.conf: |
    first
      second

    last
  "on": "off"
  open: |-
    no
    end
`);
  });

  test.each([
    { says: 'a field that is undefined', document: { a: undefined, b: 1 }, yaml: 'b: 1\n' },
    { says: 'a map of undefined fields', document: { a: { b: undefined } }, yaml: 'a: {}\n' },
    { says: 'undefined in a list', document: { a: [undefined, 1], b: [undefined] }, yaml: 'a:\n  - 1\nb: []\n' },
    { says: 'nothing', document: {}, yaml: '{}\n' },
    { says: 'lists in lists', document: [[1, [2]], []], yaml: '- - 1\n  - - 2\n- []\n' },
    { says: 'text that ends in a space', document: { a: 'b \nc' }, yaml: 'a: "b \\nc"\n' },
    { says: 'no prototype', document: Object.assign(Object.create(null) as object, { a: 1 }), yaml: 'a: 1\n' },
    {
      says: 'an object of another realm',
      document: runInNewContext('({ a: { b: 1 } })') as unknown,
      yaml: 'a:\n  b: 1\n',
    },
    {
      says: 'a key that objects inherit',
      document: JSON.parse('{"toString":1,"__proto__":{"a":2}}') as unknown,
      yaml: '__proto__:\n  a: 2\ntoString: 1\n',
    },
  ])('$says', ({ document, yaml }) => {
    expect(renderDocument(document)).toBe(yaml);
  });
});

describe('what is no data is refused, with its path', () => {
  class Port {}
  const itself: { inner?: unknown } = {};
  itself.inner = itself;
  test.each([
    { document: { spec: { ports: [{ port: 1 }, { port: NaN }] } }, path: 'spec.ports[1].port', says: 'NaN' },
    { document: { spec: { weight: -Infinity } }, path: 'spec.weight', says: '-Infinity' },
    { document: { spec: null }, path: 'spec', says: 'null' },
    { document: { spec: [null] }, path: 'spec[0]', says: 'null' },
    { document: { spec: { get: () => 1 } }, path: 'spec.get', says: 'function' },
    { document: { spec: new Date(0) }, path: 'spec', says: 'Date' },
    { document: { spec: { 'a b': new Map() } }, path: 'spec["a b"]', says: 'Map' },
    { document: { spec: [new Port()] }, path: 'spec[0]', says: 'Port' },
    { document: { spec: 1n }, path: 'spec', says: 'bigint 1' },
    { document: { spec: Symbol('x') }, path: 'spec', says: 'symbol' },
    { document: { spec: 'half \ud83d' }, path: 'spec', says: 'surrogate' },
    { document: { '\ud83d': 1 }, path: '["\\ud83d"]', says: 'surrogate' },
    { document: itself, path: 'inner.inner', says: 'contain itself' },
    { document: undefined, path: '', says: 'undefined' },
  ])('$path $says', ({ document, path, says }) => {
    const attempt = (): string => renderYaml([{ a: 1 }, document]);
    expect(attempt).toThrow(YamlValueError);
    expect(attempt).toThrow(says);
    try {
      attempt();
    } catch (error) {
      expect(error).toHaveProperty('path', expect.stringContaining(path));
    }
  });
});
