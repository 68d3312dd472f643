import fc from 'fast-check';

/** Parts of which texts are made that are nearly YAML. */
const PARTS = [
  ...[
    'a',
    'key',
    'x y',
    'é',
    '😀',
    '1',
    '0x1f',
    '0777',
    '1e3',
    '.5',
    '1_0',
    'yes',
    'on',
    'null',
    '~',
    '.inf',
    '=',
    '0',
    '.',
    '_',
    '+',
  ],
  ...[': ', ':', ':\n', '\n', '\n  ', '\n    ', '\n ', ' ', '  ', '\t', '\n\n', '\n   \n', '- ', '-', '-\n', '? ', '?'],
  ...[
    '[',
    ']',
    '{',
    '}',
    ',',
    ', ',
    '#',
    ' #c',
    '# c\n',
    '|',
    '|\n',
    '>\n',
    '>-\n',
    '|+\n',
    '|2\n',
    '"',
    '"x"',
    "'",
    "'y'",
    '\\',
    '\\n',
    '\\x41',
  ],
  ...[
    '&a ',
    '&b',
    '*a',
    '*b ',
    '<<: ',
    '<<',
    '<<: *a\n',
    '<<: [*a, *b]\n',
    'k: &a\n',
    'z: &b {q: 1}\n',
    '!',
    '!!str ',
    '!!int ',
    '!!float ',
    '!!bool ',
    '!!null ',
    '!x ',
  ],
  ...[
    '\n---\n',
    '\n...\n',
    '---',
    '--- ',
    '----\n',
    '%YAML 1.1\n',
    '%',
    '@',
    '`',
    '"a": ',
    '{"a":1}',
    '{"b":"c"}',
    '[1,2]',
    '{{ .Values.x }}',
    '{{- if }}\n',
  ],
  ...[
    'a: 1\n',
    'b: 2\n',
    '- c\n',
    '  d: e\n',
    '    f: g\n',
    'apiVersion: v1\n',
    'kind: Service\n',
    'metadata: {name: a}\n',
    'items:\n',
    'items: [',
    '2024-01-02',
  ],
] as const;

/** Texts that look like YAML, and mostly are none. */
export const yamlSoup = fc.array(fc.constantFrom(...PARTS), { maxLength: 16 }).map((parts) => parts.join(''));

/** A text with parts put in, left out, or cut off. */
export const mutationsOf = (text: string): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.nat(text.length), fc.constantFrom('insert', 'cut', 'end', 'twice'), fc.constantFrom(...PARTS)), {
      minLength: 1,
      maxLength: 4,
    })
    .map((changes) => changes.reduce(changed, text));

type Change = readonly [at: number, how: 'insert' | 'cut' | 'end' | 'twice', part: string];

function changed(text: string, [at, how, part]: Change): string {
  switch (how) {
    case 'insert':
      return text.slice(0, at) + part + text.slice(at);
    case 'cut':
      return text.slice(0, at) + text.slice(at + part.length);
    case 'end':
      return text.slice(0, at);
    case 'twice':
      return text.slice(0, at) + text.slice(Math.max(0, at - 30));
  }
}

/** A manifest with much of what YAML can do. */
export const MANIFEST = `# Orders.
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: orders
  namespace: shop
  labels: { app: orders, 'version': "v1" }
  annotations:
    text: |
      one
        two

      three
    folded: >-
      one
      two
spec:
  hosts:
    - orders
    - "*.example.com"
  http:
    - &first
      match: [ { uri: { prefix: /api } },
        { uri: { exact: "/" } }
      ]
      route:
      - destination: { host: orders, subset: v1 }
        weight: 90
      - destination:
          host: orders
          subset: v2
        weight: 10
      timeout: 2s
    - <<: *first
      name: second
`;
