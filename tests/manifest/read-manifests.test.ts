import { describe, expect, test } from 'vitest';
import type { Manifest, ReadProblem } from '../../charts-src/manifest/manifest.ts';
import { readManifests } from '../../charts-src/manifest/read-manifests.ts';
import { formatPath, type Path } from '../../charts-src/model/schema.ts';

const FILE = 'mesh.yaml';
const read = (text: string, namespace?: string) =>
  readManifests(FILE, text, namespace === undefined ? {} : { namespace });

/** `Service shop/orders`, one an object. */
const named = (text: string): readonly string[] =>
  read(text).manifests.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);

/** `3:5 syntax message`, one a problem. */
const told = (problems: readonly ReadProblem[]): readonly string[] =>
  problems.map(({ at, fault, message }) => `${at.line}:${at.column} ${fault} ${message}`);

const only = (text: string): Manifest => {
  const { manifests, problems } = read(text);
  expect(told(problems)).toEqual([]);
  expect(manifests).toHaveLength(1);
  return manifests[0] as Manifest; // just counted
};

const where = (manifest: Manifest, path: Path): string => {
  const { file, line, column } = manifest.position(path);
  expect(file).toBe(FILE);
  return `${line}:${column}`;
};

const object = (name: string, kind = 'Service'): string =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name} }\n`;
const json = (name: string): string => JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name } });

describe('objects are found', () => {
  test.each([
    { name: 'one', text: object('a'), finds: ['a'] },
    { name: 'without a line break at the end', text: object('a').trimEnd(), finds: ['a'] },
    {
      name: 'several',
      text: `${object('a')}---\n${object('b')}--- # a comment\n${object('c')}`,
      finds: ['a', 'b', 'c'],
    },
    { name: 'empty documents around', text: `---\n---\n${object('a')}---\n\n---\n`, finds: ['a'] },
    {
      name: 'documents of comments, as Helm writes them',
      text: `---\n# Source: shop/templates/a.yaml\n---\n# Source: b\n${object('b')}---\n# Source: c\n\n`,
      finds: ['b'],
    },
    { name: 'an empty file', text: '', finds: [] },
    { name: 'a file of blanks', text: ' \n\n  \n', finds: [] },
    { name: 'CR LF', text: `${object('a')}---\n${object('b')}`.replaceAll('\n', '\r\n'), finds: ['a', 'b'] },
    { name: 'CR', text: object('a').replaceAll('\n', '\r'), finds: ['a'] },
    { name: 'a byte order mark', text: `\ufeff${object('a')}`, finds: ['a'] },
    { name: 'a document end', text: `${object('a')}...\n# nothing more\n`, finds: ['a'] },
    { name: 'JSON', text: json('a'), finds: ['a'] },
    { name: 'JSON with tabs', text: JSON.stringify(JSON.parse(json('a')), null, '\t'), finds: ['a'] },
    {
      name: 'JSON objects after one another',
      text: `${json('a')}${json('b')}\n${json('c')}\n`,
      finds: ['a', 'b', 'c'],
    },
    { name: 'JSON, then YAML', text: `${json('a')}\n---\n${object('b')}`, finds: ['a', 'b'] },
    { name: 'JSON in YAML documents', text: `${object('a')}---\n${json('b')}\n`, finds: ['a', 'b'] },
    { name: 'braces that are no JSON', text: '{apiVersion: v1, kind: Service, metadata: {name: a},}', finds: ['a'] },
    {
      name: 'brackets that close in the column of their key',
      text: `${object('a')}spec: {\n"args": [\n  "x"\n],\n}\n`,
      finds: ['a'],
    },
    {
      name: 'a text that holds a separator',
      text: `${object('a')}data:\n  text: |\n    ---\n    --- x\n`,
      finds: ['a'],
    },
    {
      name: 'a List',
      text: `apiVersion: v1\nkind: List\nitems:\n- ${object('a').trimEnd().replaceAll('\n', '\n  ')}\n- ${json('b')}\n`,
      finds: ['a', 'b'],
    },
    {
      name: 'a list of one kind, whose items do not name it',
      text: 'apiVersion: v1\nkind: ServiceList\nitems: [{metadata: {name: a}}, {metadata: {name: b}}]',
      finds: ['a', 'b'],
    },
    {
      name: 'a List in JSON',
      text: `{"apiVersion":"v1","kind":"List","items":[${json('a')},${json('b')}]}`,
      finds: ['a', 'b'],
    },
    {
      name: 'a List in a List',
      text: `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"List","items":[${json('a')}]},${json('b')}]}`,
      finds: ['a', 'b'],
    },
    { name: 'a List of nothing', text: 'apiVersion: v1\nkind: List\nitems: []\n', finds: [] },
    { name: 'a List without items', text: 'apiVersion: v1\nkind: List\n', finds: [] },
  ])('$name', ({ text, finds }) => {
    const { problems } = read(text);
    expect(told(problems)).toEqual([]);
    expect(named(text)).toEqual(finds.map((name) => `Service default/${name}`));
  });
});

describe('what an object is called', () => {
  test.each([
    { object: 'metadata: {name: a, namespace: shop}', is: 'Sidecar shop/a' },
    { object: 'metadata: {name: a}', is: 'Sidecar payments/a' },
    { object: 'metadata: {generateName: a-}', is: 'Sidecar payments/a-' },
    { object: 'metadata: {name: 123, namespace: yes}', is: 'Sidecar true/123' },
    { object: 'metadata: {name: {}, namespace: []}', is: 'Sidecar payments/' },
    { object: 'metadata: {name: "", namespace: ""}', is: 'Sidecar payments/' },
    { object: 'metadata: null', is: 'Sidecar payments/' },
    { object: 'metadata: [a]', is: 'Sidecar payments/' },
    { object: 'metadata: a', is: 'Sidecar payments/' },
    { object: '', is: 'Sidecar payments/' },
  ])('$object', ({ object, is }) => {
    const { manifests } = read(`apiVersion: networking.istio.io/v1\nkind: Sidecar\n${object}\n`, 'payments');
    expect(manifests.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)).toEqual([is]);
    expect(manifests[0]).toMatchObject({
      apiVersion: 'networking.istio.io/v1',
      group: 'networking.istio.io',
      file: FILE,
    });
  });

  test('kinds of the cluster belong to no namespace', () => {
    const { manifests } = read(
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a, namespace: shop}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
    );
    expect(manifests.map(({ namespace, group }) => [namespace, group])).toEqual([
      ['', 'rbac.authorization.k8s.io'],
      ['', ''],
    ]);
  });

  test('labels and annotations are texts; all else stays in the object', () => {
    const manifest = only(
      'apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {a: b, c: 1, d: null, e: [x]}\n  annotations: {on: "yes"}\n',
    );
    expect(manifest.labels).toEqual({ a: 'b' });
    expect(manifest.annotations).toEqual({ true: 'yes' });
    expect(manifest.object).toMatchObject({ metadata: { labels: { a: 'b', c: 1, d: null, e: ['x'] } } });
    expect(only('apiVersion: v1\nkind: Pod\nmetadata: {labels: [a], annotations: b}\n')).toMatchObject({
      labels: {},
      annotations: {},
    });
  });

  test('names that every object has are names like others', () => {
    for (const text of [
      'apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {__proto__: a, constructor: b, toString: c}\n',
      '{"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"__proto__":"a","constructor":"b","toString":"c"}}}',
    ]) {
      const { labels } = only(text);
      expect(Object.entries(labels)).toEqual([
        ['__proto__', 'a'],
        ['constructor', 'b'],
        ['toString', 'c'],
      ]);
      expect(Object.getPrototypeOf(labels)).toBe(Object.prototype);
    }
    expect(read('__proto__: {apiVersion: v1, kind: Pod}\n').manifests).toEqual([]);
    expect(read('{"__proto__": {"apiVersion": "v1", "kind": "Pod"}}').manifests).toEqual([]);
  });

  test('items of a list of one kind get what they do not name, and keep what they do', () => {
    const { manifests } = read(
      '{"apiVersion":"apps/v1","kind":"DeploymentList","items":[{"metadata":{"name":"a"}},{"apiVersion":"v1","kind":"Pod"}]}',
    );
    expect(manifests.map(({ apiVersion, kind, object }) => [apiVersion, kind, object])).toEqual([
      ['apps/v1', 'Deployment', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } }],
      ['v1', 'Pod', { apiVersion: 'v1', kind: 'Pod' }],
    ]);
  });
});

describe('values are those that kubectl reads', () => {
  // What kubectl 1.34 makes of each; tests/apiserver/reading.test.ts asks it again.
  const values: readonly (readonly [string, unknown])[] = [
    ...['yes', 'Yes', 'YES', 'y', 'Y', 'on', 'true', 'True'].map((text) => [text, true] as const),
    ...['no', 'n', 'N', 'off', 'OFF', 'false'].map((text) => [text, false] as const),
    ...['~', 'null', 'NULL', ''].map((text) => [text, null] as const),
    ...['yES', 'oN', 'nULL', 'tRUE', '"yes"', "'on'", '!!str yes'].map(
      (text) => [text, text.replace('!!str ', '').replaceAll(/["']/g, '')] as const,
    ),
    ['0777', 511],
    ['08', 8],
    ['0o17', 15],
    ['0o8', '0o8'],
    ['0x1F', 31],
    ['0X1f', 31],
    ['-0x1F', -31],
    ['0b11', 3],
    ['+0b1', 1],
    ['1_000', 1000],
    ['1__0', 10],
    ['_1', '_1'],
    ['1e3', 1000],
    ['1e', '1e'],
    ['.5', 0.5],
    ['5.', 5],
    ['.1_0', 0.1],
    ['._1', '._1'],
    ['1e400', '1e400'],
    ['.1e400', '.1e400'],
    ['-0', 0],
    ['12:30', '12:30'],
    ['190:20:30', '190:20:30'],
    ['1.2.3', '1.2.3'],
    ['1,000', '1,000'],
    ['2024-01-02', '2024-01-02'],
    ['2024-01-02T03:04:05Z', '2024-01-02T03:04:05Z'],
    ['!!timestamp 2024-01-02', '2024-01-02'],
    ['!!int "1"', 1],
    ['!!float 1', 1],
    ['!!binary aGVsbG8=', 'hello'],
    ['!custom 1', '1'],
    ['! 1', '1'],
    ['9007199254740993', 9007199254740992],
    ['a:b', 'a:b'],
    ['http://orders:80/a?b#c', 'http://orders:80/a?b#c'],
    ['b # c', 'b'],
    ['b#c', 'b#c'],
    ['"a\\x41\\u00e9\\U0001F600\\e\\/"'.replace('\\/', ''), 'aAé😀\u001b'],
    ["'it''s'", "it's"],
    ['[a, {b: c}, "d":1, e]', ['a', { b: 'c' }, { d: 1 }, 'e']],
    ['[a,#c\n  b]', ['a', 'b']],
    ['[a\nb]', ['a b']],
    ['{a, b: }', { a: null, b: null }],
    ['"x\n  y\n\n  z"', 'x y\nz'],
    ['"x\\\n  y"', 'xy'],
    ['x\n  y\n\n  z', 'x y\nz'],
    ['|\n  a\n   b\n\n  c\n', 'a\n b\n\nc\n'],
    ['|-\n  a\n\n', 'a'],
    ['|+\n  a\n\n', 'a\n\n'],
    ['>\n  a\n  b\n\n   c\n  d\n', 'a b\n\n c\nd\n'],
    ['|2\n    a\n', '  a\n'],
    ['|\n  a', 'a\n'],
    ['# c\n  a', 'a'],
    ['\n- a\n- - b\n  - c\n-\n', ['a', ['b', 'c'], null]],
    ['\n  ? a\n  : b', { a: 'b' }],
  ];
  test.each(values)('%j is %j', (text, value) => {
    const { object } = only(`apiVersion: v1\nkind: A\nspec: ${text}`);
    expect(object).toEqual({ apiVersion: 'v1', kind: 'A', spec: value });
  });

  test.each([
    ['yes', 'true'],
    ['0777', '511'],
    ['1.5', '1.5'],
    ['1e6', '1e+06'],
    ['0.00001', '1e-05'],
    ['123456.0', '123456'],
    ['1.0', '1'],
    ['2024-01-02', '2024-01-02'],
    ['.inf', '.inf'],
    ['.nan', '.nan'],
    ['9007199254740993', '9007199254740993'],
    ['"~"', '~'],
    ['!!str 5', '5'],
  ])('the key %s is %j', (key, name) => {
    expect(only(`apiVersion: v1\nkind: A\nspec: {? ${key} : x}`).object['spec']).toEqual({ [name]: 'x' });
  });

  test('aliases and merge keys', () => {
    const { object } = only(
      'apiVersion: v1\nkind: A\nbase: &base {a: 1, b: &list [x]}\nspec:\n  <<: *base\n  a: 2\n  c: *list\nboth:\n  <<: [{d: 1}, {d: 2, e: 3}]\n"<<": text\n',
    );
    expect(object).toEqual({
      apiVersion: 'v1',
      kind: 'A',
      base: { a: 1, b: ['x'] },
      spec: { a: 2, b: ['x'], c: ['x'] },
      both: { d: 1, e: 3 },
      '<<': 'text',
    });
  });

  test('JSON is read as JSON', () => {
    const { object } = only(
      '{"apiVersion":"v1","kind":"A","a":"\\/\\ud83d\\ude00\\u00e9\\n","b":[1e3,-0.5,true,null,{}],"c":"\\ud83d","d":-0}',
    );
    expect(object).toEqual({
      apiVersion: 'v1',
      kind: 'A',
      a: '/😀é\n',
      b: [1000, -0.5, true, null, {}],
      c: '\ufffd',
      d: 0,
    });
  });

  test('the last of three equal keys counts', () => {
    const { manifests, problems } = read('apiVersion: v1\nkind: A\nspec: {a: 1}\nspec: {b: 2}\nspec: {c: 3}\n');
    expect(manifests[0]?.object).toEqual({ apiVersion: 'v1', kind: 'A', spec: { c: 3 } });
    expect(told(problems)).toEqual([
      '4:1 duplicate-key the key "spec" stands in line 3 and again in line 4: kubectl takes the later one without a word',
      '5:1 duplicate-key the key "spec" stands in line 4 and again in line 5: kubectl takes the later one without a word',
    ]);
  });
});

describe('what is wrong is told with its place, and the rest is read', () => {
  const cases: readonly { readonly name: string; readonly text: string; readonly says: string }[] = [
    // Colons and indentation
    { name: 'two colons', text: 'a: b: c\n', says: '1:5 syntax a second ":" in one line: "a: b: c"' },
    {
      name: 'no space behind a colon',
      text: 'a: 1\nb:2\n',
      says: '2:1 syntax there is no space behind the colon in "b:2"',
    },
    { name: 'no colon', text: 'a: 1\nfoo\nb: 1\n', says: '2:1 syntax "foo" is no field: it has no ":"' },
    {
      name: 'too deep',
      text: 'a: 1\n  b: 2\n',
      says: '2:3 syntax "b: 2" is indented deeper than the line above, which has its value already',
    },
    {
      name: 'too deep below a text in quotes',
      text: 'a: "1"\n  b: 2\n',
      says: '2:3 syntax "b: 2" lines up with nothing above it',
    },
    {
      name: 'between',
      text: 'a:\n    b: 1\n  c: 2\n',
      says: '3:3 syntax "c: 2" lines up with nothing above it: its indentation is 2',
    },
    {
      name: 'a field of an item',
      text: 'a:\n  - b: 1\n   c: 2\n',
      says: '3:4 syntax "c: 2" lines up with nothing above it',
    },
    {
      name: 'a field in a list',
      text: '- a\nb: 1\n',
      says: '2:1 syntax "b: 1" stands in the column of a list, and is no item of it',
    },
    { name: 'an item among fields', text: 'a: 1\n- b\n', says: '2:1 syntax a list item stands among fields: "- b"' },
    { name: 'a list in a line', text: 'a: - b\n', says: '1:4 syntax a list cannot begin within a line: "- b"' },
    { name: 'a tab', text: 'a:\n\tb: 1\n', says: '2:1 syntax a tab indents this line, and YAML takes spaces only' },
    { name: 'a tab in a text', text: 'a: |\n\tb\n', says: '2:1 syntax a tab indents this line' },
    { name: 'an endless key', text: `${'k'.repeat(1100)}: 1\n`, says: '1:1 syntax a key of more than 1024 characters' },
    { name: 'no name', text: 'a:\n  : 1\n', says: '2:3 syntax' },
    // Quotes, brackets, signs
    {
      name: 'an open quote',
      text: 'a: "x\nb: 1\n',
      says: '1:4 syntax the text that begins here with " is never closed',
    },
    {
      name: 'an open quote before a separator',
      text: "a: 'x\n--- \nb: 1\n",
      says: "1:4 syntax the text that begins here with ' is never closed",
    },
    { name: 'quotes in quotes', text: 'a: "b" c"\n', says: '1:8 syntax "c\\"" stands behind a value that is complete' },
    { name: 'an open bracket', text: 'a: [1, 2\n', says: '1:4 syntax the "[" here is never closed' },
    { name: 'an open brace', text: 'a:\n  b: {c: 1,\n', says: '2:6 syntax the "{" here is never closed' },
    {
      name: 'an open bracket, and more',
      text: 'a: [1, 2\nb: 3\n',
      says: '2:1 syntax a "," or "]" is missing before "b: 3", the "[" is in line 1',
    },
    {
      name: 'no comma',
      text: 'a: ["x" "y"]\n',
      says: '1:9 syntax a "," or "]" is missing before "\\"y\\"]", the "[" is in line 1',
    },
    { name: 'two commas', text: 'a: [b, , c]\n', says: '1:8 syntax a value is missing before ", c]"' },
    { name: 'a closed bracket', text: 'a: ]\n', says: '1:4 syntax a value is missing before "]"' },
    {
      name: 'an item in brackets',
      text: 'a: [- b]\n',
      says: '1:5 syntax a list item with "- " stands within brackets',
    },
    {
      name: 'a wildcard host',
      text: 'hosts:\n  - *.example.com\n',
      says: '2:5 syntax "*" begins the name of an alias, and "*.example.com" is none',
    },
    {
      name: 'an alias of nothing',
      text: 'a: *b\n',
      says: '1:4 syntax "*b" stands for an anchor "&b", and there is none above it in this document',
    },
    {
      name: 'an alias over a separator',
      text: 'a: &b 1\n---\nc: *b\n',
      says: '3:4 syntax "*b" stands for an anchor "&b"',
    },
    { name: 'an ampersand', text: 'a: & b\n', says: '1:4 syntax "&" begins the name of an anchor' },
    { name: 'an at sign', text: 'a: @b\n', says: '1:4 syntax no value can begin as "@b" does' },
    { name: 'a per cent sign', text: 'a: %b\n', says: '1:4 syntax no value can begin as "%b" does' },
    { name: 'an escape', text: 'a: "\\d+"\n', says: '1:5 syntax "\\d" means nothing in double quotes' },
    { name: 'half a letter', text: 'a: "\\ud83d"\n', says: '1:5 syntax "\\ud83d" is no character' },
    { name: 'a text behind a bar', text: 'a: |b\n  c\n', says: '1:5 syntax "b" stands in the line of "|"' },
    { name: 'a tag', text: 'a: !!int x\n', says: '1:10 syntax "x" is not what its tag says, "!!int"' },
    { name: 'no number of JSON', text: 'a: .inf\n', says: '1:4 syntax .inf is no number that an object can hold' },
    { name: 'a list as a key', text: '[a]: 1\n', says: '1:1 syntax a list is used as the name of a field: "[a]: 1"' },
    { name: 'null as a key', text: 'a: {~: 1}\n', says: '1:5 syntax null is used as the name of a field' },
    {
      name: 'a merge of no object',
      text: 'a:\n  <<: 1\n',
      says: '2:3 syntax "<<" takes over the fields of an object, and its value is none',
    },
    {
      name: 'a control character',
      text: 'a: x\u0007\n',
      says: '1:5 syntax the invisible character U+0007 stands here',
    },
    { name: 'a zero', text: 'a: x\u0000\n', says: '1:5 encoding the invisible character U+0000 stands here' },
    // What kubectl cannot do
    {
      name: 'a directive',
      text: '%YAML 1.2\n',
      says: '1:1 syntax kubectl takes no directives, and "%YAML 1.2" is one',
    },
    {
      name: 'a document end and no document',
      text: '...\n',
      says: '1:1 syntax "..." ends a document, and there is none before it',
    },
    {
      name: 'too many dashes',
      text: 'a: 1\n-----\nb: 1\n',
      says: '2:1 syntax "-----" parts no documents, and kubectl refuses the file',
    },
    { name: 'too many dashes at the beginning', text: '----\na: 1\n', says: '1:1 syntax "----" parts no documents' },
    {
      name: 'a document behind the mark',
      text: 'a: 1\n--- {b: 1}\n',
      says: '2:1 syntax kubectl takes nothing but a comment behind "---", and refuses the file: "--- {b: 1}"',
    },
    {
      name: 'a text like a mark',
      text: 'a: "\n---x"\n',
      says: '2:1 syntax kubectl takes "---x\\"" for a "---" with something behind it',
    },
    {
      name: 'fields that are dropped',
      text: '  a: 1\n b: 1\n',
      says: '2:2 syntax kubectl reads nothing from here on, without a word: "b: 1" belongs to nothing above it',
    },
    // Too much
    {
      name: 'nesting',
      text: `a: ${'['.repeat(600)}`,
      says: '1:503 too-large objects and lists lie in each other more than 500 levels deep',
    },
    {
      name: 'nesting in JSON',
      text: `{"a":${'['.repeat(600)}`,
      says: '1:505 too-large objects and lists lie in each other more than 500 levels deep',
    },
    {
      name: 'nesting in block style',
      text: Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''),
      says: '501:501 too-large',
    },
    {
      name: 'an alias of itself',
      text: 'a: &a [*a]\n',
      says: '1:8 too-large "*a" stands for the very value that it is a part of',
    },
    {
      name: 'a merge of itself',
      text: 'a: &a {<<: *a}\n',
      says: '1:12 too-large "*a" stands for the very value that it is a part of',
    },
    // JSON
    { name: 'JSON without a comma', text: '{"a": 1 "b": 2}', says: '' },
    {
      name: 'JSON without a comma between texts',
      text: '{"a": "1" "b": 2}',
      says: '1:11 syntax a "," or "}" is missing before "\\"b\\": 2}"',
    },
    { name: 'JSON that is cut off', text: '{"a": [1,\n', says: '1:7 syntax the "[" here is never closed' },
    {
      name: 'JSON cut off in a text',
      text: '{"a": "b\n',
      says: '1:7 syntax the text that begins here with " is not closed in its line',
    },
    { name: 'JSON cut off before a value', text: '{"a":', says: '1:6 syntax the text ends where a value is missing' },
    { name: 'JSON without a colon', text: '{"a" "b"}', says: '1:6 syntax a ":" is missing before "\\"b\\"}"' },
    { name: 'JSON with a huge number', text: '{"a": 1e999}', says: '' },
    {
      name: 'a third JSON object',
      text: '{"a": 1}\n{"b": 2}\n{c}\n',
      says: '3:2 syntax the name of a field is missing before "c}", and a file that begins with JSON objects is JSON to its end',
    },
    // No objects
    { name: 'a text', text: 'hello\n', says: '1:1 not-an-object the document is no object, it says only "hello"' },
    {
      name: 'a list of objects',
      text: `- ${json('x')}\n`,
      says: '1:1 not-an-object the document is a list (1 item), and kubectl takes no list of objects',
    },
    {
      name: 'no kind',
      text: 'apiVersion: networking.istio.io/v1\nspec: {}\n',
      says: '1:1 not-an-object the kind is missing, so nobody knows what it is',
    },
    {
      name: 'an empty kind',
      text: 'apiVersion: v1\nkind: ""\nmetadata: {name: a}\n',
      says: '2:1 not-an-object the kind of the object "a" is missing, so nobody knows what it is',
    },
    {
      name: 'no apiVersion',
      text: 'kind: Service\nmetadata: {name: a}\n',
      says: '1:1 not-an-object the apiVersion of the object "a" is missing, so nobody knows what it is',
    },
    {
      name: 'neither',
      text: 'metadata: {name: a}\nspec: {}\n',
      says: '1:1 not-an-object the apiVersion of the object "a" is missing',
    },
    {
      name: 'a number for a kind',
      text: 'apiVersion: v1\nkind: 5\nmetadata: {name: a}\n',
      says: '2:1 not-an-object the kind of the object "a" is 5, where a text is needed',
    },
    {
      name: 'an empty item',
      text: `apiVersion: v1\nkind: List\nitems:\n  -\n`,
      says: '4:3 not-an-object an item of a list of objects is empty',
    },
    {
      name: 'an item that is a text',
      text: `apiVersion: v1\nkind: List\nitems: [a]\n`,
      says: '3:9 not-an-object an item of a list of objects is "a"',
    },
  ].filter(({ says }) => says !== '');

  test.each(cases)('$name', ({ text, says }) => {
    const alone = read(text);
    expect(told(alone.problems)).toEqual([expect.stringContaining(says)]);
    expect(alone.problems[0]?.at.file).toBe(FILE);
    expect(alone.problems[0]?.fix).not.toBe('');

    const between = read(`${object('before')}---\n${text.replace(/\n?$/, '\n')}---\n${object('after')}`);
    expect(between.manifests.map(({ name }) => name)).toEqual(expect.arrayContaining(['before', 'after']));
  });

  test('no problem shares its words with another, and none ends in a full stop', () => {
    const problems = cases.flatMap(({ text }) => read(text).problems);
    for (const { message, fix } of problems)
      for (const words of [message, fix]) expect(words).not.toMatch(/\.$|\n| {2}/);
  });

  test.each([
    { name: 'a document end between documents', text: `${object('a')}...\n${object('b')}`, at: '5:1', finds: 2 },
    {
      name: 'lines that end in CR',
      text: `${object('a')}---\n${object('b')}`.replaceAll('\n', '\r'),
      at: '4:1',
      finds: 2,
    },
  ])('kubectl would read the first object only: $name', ({ text, at, finds }) => {
    const { manifests, problems } = read(text);
    expect(manifests).toHaveLength(finds);
    expect(told(problems)).toEqual([
      `${at} syntax kubectl reads one document up to a line "---", and nothing from here on`,
    ]);
  });

  test('a merge key below fields that are written out', () => {
    const { manifests, problems } = read('apiVersion: v1\nkind: A\nspec:\n  a: 1\n  <<: {a: 2}\n');
    expect(manifests[0]?.object['spec']).toEqual({ a: 2 });
    expect(told(problems)).toEqual([
      '5:3 duplicate-key the key "a" of line 4 comes once more with "<<" in line 5: kubectl takes that one, other readers the one that is written out',
    ]);
  });

  test('equal keys in JSON, and keys that become equal', () => {
    expect(told(read('{"a": 1,\n "a": 2}').problems)).toEqual([
      '2:2 duplicate-key the key "a" stands in line 1 and again in line 2: kubectl takes the later one without a word',
    ]);
    expect(told(read('a:\n  80: x\n  "80": y\n').problems)).toEqual([
      '3:3 duplicate-key the key "80" stands in line 2 and again in line 3: kubectl takes the later one without a word',
    ]);
  });

  test('aliases that unfold to billions', () => {
    const letters = [...'bcdefghij'];
    const lines = letters.map(
      (letter, at) =>
        `${letter}: &${letter} [${Array(9)
          .fill(`*${letters[at - 1] ?? 'a'}`)
          .join(', ')}]`,
    );
    const { manifests, problems } = read(`a: &a [x, x]\n${lines.join('\n')}\n---\n${object('after')}`);
    expect(told(problems)).toEqual([expect.stringMatching(/^\d+:\d+ too-large aliases make \de\+\d values/)]);
    expect(manifests).toHaveLength(1);
  });

  test('aliases that unfold to too much at first, and to less with all that follows', () => {
    const many = `a: &a [${'x, '.repeat(1000)}]\n${Array.from({ length: 200 }, (_, at) => `b${at}: *a\n`).join('')}`;
    const { problems } = read(`${many}c: [${'x, '.repeat(50_000)}]\n`);
    expect(told(problems)).toEqual([expect.stringMatching(/too-large aliases make \de\+5 values/)]);
  });

  test('aliases as people use them', () => {
    const pods = Array.from({ length: 200 }, (_, at) => `p${at}: {labels: *labels, <<: *base}\n`).join('');
    expect(told(read(`labels: &labels {a: b}\nbase: &base {c: d, e: [f, g]}\n${pods}`).problems)).toEqual([]);
  });

  test('problems without end are counted', () => {
    const { problems } = read('a: b: c\n---\n'.repeat(250));
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)?.message).toBe('from here on 150 more problems were found in this file');
  });
});

describe('templates are told as templates', () => {
  test.each([
    { text: 'apiVersion: v1\nkind: A\nspec: {{ .Values.spec }}\n', at: '3:7', shows: '{{ .Values.spec }}' },
    { text: '{{- if .Values.on }}\napiVersion: v1\nkind: A\n{{- end }}\n', at: '1:1', shows: '{{- if .Values.on }}' },
    {
      text: 'apiVersion: v1\nkind: A\nmetadata:\n  labels:\n    {{- include "labels" . | nindent 4 }}\n',
      at: '5:5',
      shows: '{{- include \\"labels\\" . | nindent 4 }}',
    },
    {
      text: 'apiVersion: v1\nkind: A\nmetadata:\n  name: {{ .Release.Name }}-a\n',
      at: '4:9',
      shows: '{{ .Release.Name }}-a',
    },
    {
      text: 'apiVersion: v1\nkind: A\nmetadata:\n  name: "{{ .Release.Name }}"\n',
      at: '4:3',
      shows: '{{ .Release.Name }}',
    },
    { text: '{{- /*\nWritten by a tool: do not edit.\n*/ -}}\napiVersion: v1\n', at: '1:1', shows: '{{- /*' },
    { text: 'a: 1\n{% if b %}\nc: 1\n{% endif %}\n', at: '2:1', shows: '{% if b %}' },
  ])('$shows', ({ text, at, shows }) => {
    const { manifests, problems } = read(text);
    expect(manifests).toEqual([]);
    expect(told(problems)).toEqual([
      `${at} syntax a template: "${shows}" has to be filled in first, by Helm or whatever it is a template of`,
    ]);
    expect(problems[0]?.fix).toBe('render it: helm template CHART | weft check -');
  });

  test('once a file', () => {
    const { manifests, problems } = read(`a: {{ x }}\n---\nb: {{ y }}\n---\n${object('c')}`);
    expect(problems).toHaveLength(1);
    expect(manifests).toHaveLength(1);
  });

  test('texts for other templates are texts', () => {
    const { object } = only(
      'apiVersion: v1\nkind: A\nspec:\n  summary: "{{ $labels.pod }} is down"\n  text: |\n    {{ range . }}\n    {{ end }}\n',
    );
    expect(object['spec']).toEqual({ summary: '{{ $labels.pod }} is down', text: '{{ range . }}\n{{ end }}\n' });
  });
});

describe('what is no manifest is passed over', () => {
  test.each([
    { name: 'Helm values', text: 'replicaCount: 3\nimage: {tag: v1}\nspec: {}\n' },
    { name: 'Chart.yaml', text: 'apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: []\n' },
    { name: 'a kustomization without a kind', text: 'resources: [a.yaml]\npatches: [{path: b.yaml}]\n' },
    {
      name: 'a kustomization',
      text: 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n',
    },
    { name: 'docker-compose', text: 'services: {web: {image: nginx}}\n' },
    { name: 'data sources of Grafana', text: 'apiVersion: 1\ndatasources: [{name: a}]\n' },
    { name: 'package.json', text: '{"name": "a", "version": "1.0.0"}' },
    { name: 'an SBOM', text: '{"bomFormat": "CycloneDX", "metadata": {"timestamp": "now"}}' },
    { name: 'a discovery document', text: '{"kind": "discovery#restDescription"}' },
    { name: 'a patch', text: '- op: replace\n  path: /spec/replicas\n  value: 3\n' },
    { name: 'null', text: '~\n' },
  ])('$name', ({ text }) => {
    expect(read(text)).toEqual({ manifests: [], problems: [] });
  });
});

describe('position', () => {
  const text = `# Orders.
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: orders # the name
  labels: { app: orders, "app.kubernetes.io/name": orders }
spec:
  hosts:
  - orders
  -   "*.example.com"
  http:
    - name: first
      route:
        - destination:
            host: orders
          weight: 90
        -
          destination: { host: orders, subset: v2 }
          weight: 10
    - &second
      timeout: 2s
      headers: |
        text
    -
  empty:
`;
  test.each([
    { path: [], at: '2:1' },
    { path: ['kind'], at: '3:1' },
    { path: ['metadata', 'name'], at: '5:3' },
    { path: ['metadata', 'labels', 'app'], at: '6:13' },
    { path: ['metadata', 'labels', 'app.kubernetes.io/name'], at: '6:26' },
    { path: ['spec', 'hosts'], at: '8:3' },
    { path: ['spec', 'hosts', 0], at: '9:5' },
    { path: ['spec', 'hosts', 1], at: '10:7' },
    { path: ['spec', 'http', 0], at: '12:7' },
    { path: ['spec', 'http', 0, 'route', 0, 'destination', 'host'], at: '15:13' },
    { path: ['spec', 'http', 0, 'route', 0, 'weight'], at: '16:11' },
    { path: ['spec', 'http', 0, 'route', 1], at: '18:11' },
    { path: ['spec', 'http', 0, 'route', 1, 'destination', 'subset'], at: '18:40' },
    { path: ['spec', 'http', 1], at: '20:7' },
    { path: ['spec', 'http', 1, 'headers'], at: '22:7' },
    { path: ['spec', 'http', 2], at: '24:5' },
    { path: ['spec', 'empty'], at: '25:3' },
    // What is not there is where it would be.
    { path: ['status'], at: '2:1' },
    { path: ['metadata', 'namespace'], at: '4:1' },
    { path: ['spec', 'http', 0, 'timeout'], at: '12:7' },
    { path: ['spec', 'http', 0, 'route', 7, 'weight'], at: '13:7' },
    { path: ['spec', 'http', 2, 'timeout'], at: '24:5' },
    { path: ['spec', 'empty', 0, 'x'], at: '25:3' },
    { path: ['metadata', 'name', 0], at: '5:3' },
    { path: ['metadata', 'constructor'], at: '4:1' },
    { path: ['spec', 'hosts', 'length'], at: '8:3' },
  ])('of $path', ({ path, at }) => {
    expect(where(only(text), path)).toBe(at);
    expect(where(only(text.replaceAll('\n', '\r\n')), path)).toBe(at);
    expect(where(only(`\ufeff${text}`), path)).toBe(at);
    const [line, column] = at.split(':').map(Number);
    expect(where(only(`---\n# Another.\n---\n${text}---\n`), path)).toBe(`${(line ?? 0) + 3}:${column}`);
  });

  test('in later documents, and in any order', () => {
    const { manifests } = read(`${object('a')}---\n\n${object('b')}---\n${json('c')}\n`);
    const places = () => manifests.map((manifest) => where(manifest, ['metadata', 'name']));
    expect(places()).toEqual(['3:13', '8:13', '10:49']);
    expect(manifests.toReversed().map((manifest) => where(manifest, []))).toEqual(['10:1', '6:1', '1:1']);
    expect(places()).toEqual(['3:13', '8:13', '10:49']);
  });

  test('of what aliases and merge keys stand for, where it is written', () => {
    const manifest = only(`apiVersion: v1
kind: A
base: &base
  a: 1
  list: &list
    - x
spec:
  <<: *base
  b: *list
  c: 1
other:
  <<:
    - { d: 1 }
    - *base
`);
    expect(where(manifest, ['spec', 'a'])).toBe('4:3');
    expect(where(manifest, ['spec', 'list', 0])).toBe('6:7');
    expect(where(manifest, ['spec', 'b'])).toBe('9:3');
    expect(where(manifest, ['spec', 'b', 0])).toBe('6:7');
    expect(where(manifest, ['spec', 'c'])).toBe('10:3');
    expect(where(manifest, ['other', 'd'])).toBe('13:9');
    expect(where(manifest, ['other', 'a'])).toBe('4:3');
  });

  test('of a key that is there twice, the later one', () => {
    const { manifests } = read('apiVersion: v1\nkind: A\nspec:\n  a: 1\n  a: 2\n');
    expect(manifests.map((manifest) => where(manifest, ['spec', 'a']))).toEqual(['5:3']);
  });

  describe.each([
    {
      name: 'YAML',
      text: 'apiVersion: v1\nkind: List\nmetadata: {}\nitems:\n- apiVersion: v1\n  kind: A\n  spec:\n    text: |\n      x\n    # c\n    list: [ y ]\n\n- spec: { list: [z, y] }\n  apiVersion: v1\n  kind: B\n',
      at: { A: ['5:3', '7:3', '11:13'], B: ['13:3', '13:3', '13:18'] },
    },
    {
      name: 'YAML, indented',
      text: 'items:\n    -   apiVersion: v1\n        kind: A\n        spec:\n            list:\n            - y\n    -   spec:\n            list: [z]\n        kind: B\n        apiVersion: v1\n',
      at: { A: ['2:9', '4:9', '6:15'], B: ['7:9', '7:9', '8:20'] },
    },
    {
      name: 'JSON',
      text: '{"items": [\n {"apiVersion": "v1", "kind": "A", "spec": {"list": ["y"]}},\n {"spec": {"list":\n["z"]}, "apiVersion": "v1", "kind": "B"}\n]}',
      at: { A: ['2:2', '2:36', '2:54'], B: ['3:2', '3:3', '4:2'] },
    },
    {
      name: 'items that need what stands before them',
      text: 'x: &x {list: [y]}\nitems:\n- {apiVersion: v1, kind: A, spec: *x}\n- apiVersion: v1\n  kind: B\n  spec: {<<: *x}\n',
      at: { A: ['3:3', '3:29', '1:15'], B: ['4:3', '6:3', '1:15'] },
    },
    {
      name: 'items that are aliases',
      text: 'x: &x {apiVersion: v1, kind: A, spec: {list: [y]}}\nitems:\n- *x\n- {<<: *x, kind: B}\n',
      at: { A: ['3:3', '1:33', '1:47'], B: ['4:3', '1:33', '1:47'] },
    },
    {
      name: 'a List in a List',
      text: 'items:\n- kind: List\n  items:\n  - {apiVersion: v1, kind: A, spec: {list: [y]}}\n  - apiVersion: v1\n    kind: B\n    spec:\n      list:\n      - z\n',
      at: { A: ['4:5', '4:31', '4:45'], B: ['5:5', '7:5', '9:9'] },
    },
  ])('in the items of a List: $name', ({ text, at }) => {
    test('is the place in the file', () => {
      const { manifests, problems } = read(text);
      expect(told(problems)).toEqual([]);
      const paths: readonly Path[] = [[], ['spec'], ['spec', 'list', 0]];
      const places = manifests.map((manifest) => [manifest.kind, paths.map((path) => where(manifest, path))]);
      expect(Object.fromEntries(places)).toEqual(at);
    });
  });

  test('of every field that is there points at its key', () => {
    const manifest = only(text);
    const lines = text.split('\n');
    const check = (value: unknown, path: Path): number => {
      if (typeof value !== 'object' || value === null) return 0;
      return Object.entries(value).reduce((count, [key, inner]) => {
        const at = [...path, Array.isArray(value) ? Number(key) : key];
        const { line, column } = manifest.position(at);
        const found = lines[line - 1]?.slice(column - 1) ?? '';
        if (!Array.isArray(value))
          expect(found, formatPath(at)).toMatch(new RegExp(`^"?${key.replaceAll('.', '[.]')}`));
        return count + 1 + check(inner, at);
      }, 0);
    };
    expect(check(manifest.object, [])).toBeGreaterThan(25);
  });
});

describe('large files', () => {
  test('of many documents, one List, one text', () => {
    const one = (name: string) =>
      `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  ports:\n    - port: 80\n`;
    const names = Array.from({ length: 20_000 }, (_, at) => `s${at}`);
    const many = read(names.map(one).join('---\n'));
    expect(many.manifests.map(({ name }) => name)).toEqual(names);
    expect(many.manifests.at(-1)?.position(['spec', 'ports', 0])).toMatchObject({ line: 20_000 * 8 - 1, column: 7 });

    const list = read(`{"items":[${names.map(json).join(',\n')}]}`);
    expect(list.manifests.map(({ name }) => name)).toEqual(names);
    // Each is looked for in its item alone: 500 readings of the whole List would take a minute.
    for (const [at, manifest] of list.manifests.slice(-500).entries())
      expect(manifest.position(['kind'])).toMatchObject({ line: 19_501 + at, column: 20 });

    const text = 'a line of a text\n'.repeat(200_000);
    expect(
      only(`${object('a', 'ConfigMap')}data:\n  x: |\n    ${text.trimEnd().replaceAll('\n', '\n    ')}\n`).object[
        'data'
      ],
    ).toEqual({ x: text });
  });
});
