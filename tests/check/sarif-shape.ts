/**
 * What SARIF 2.1.0 asks of the parts that we write, as a JSON Schema: names, types, closed lists and limits of the
 * standard's own schema. Anything else that we would write is refused.
 * Source: OASIS, SARIF 2.1.0, sections 3.13 to 3.59
 */
const object = (properties: Record<string, object>, required: readonly string[] = []): object => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});
const list = (items: object, more: object = {}): object => ({ type: 'array', items, ...more });
const text = { type: 'string', minLength: 1 };
const level = { enum: ['none', 'note', 'warning', 'error'] };
const message = object({ text, markdown: text }, ['text']);
const region = object({ startLine: { type: 'integer', minimum: 1 }, startColumn: { type: 'integer', minimum: 1 } }, [
  'startLine',
]);
const physicalLocation = object(
  { artifactLocation: object({ uri: { type: 'string', format: 'uri-reference' } }, ['uri']), region },
  ['artifactLocation'],
);
const location = object({
  physicalLocation,
  message,
  logicalLocations: list(object({ name: text, fullyQualifiedName: text, kind: text })),
});
const suppression = object(
  {
    kind: { enum: ['inSource', 'external'] },
    status: { enum: ['accepted', 'underReview', 'rejected'] },
    justification: text,
  },
  ['kind'],
);
const rule = object(
  {
    id: text,
    name: text,
    shortDescription: message,
    fullDescription: message,
    help: message,
    helpUri: { type: 'string', format: 'uri' },
    defaultConfiguration: object({ level }),
    properties: object({ tags: list(text, { uniqueItems: true }) }),
  },
  ['id'],
);
const result = object(
  {
    ruleId: text,
    ruleIndex: { type: 'integer', minimum: -1 },
    level,
    message,
    locations: list(location),
    relatedLocations: list(location, { uniqueItems: true }),
    partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
    suppressions: list(suppression, { uniqueItems: true }),
  },
  ['message'],
);

export const sarifShape = object(
  {
    $schema: { type: 'string', format: 'uri' },
    version: { const: '2.1.0' },
    runs: list(
      object(
        {
          tool: object(
            {
              driver: object({ name: text, semanticVersion: text, rules: list(rule, { uniqueItems: true }) }, ['name']),
            },
            ['driver'],
          ),
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          invocations: list(object({ executionSuccessful: { type: 'boolean' } }, ['executionSuccessful'])),
          results: list(result),
        },
        ['tool'],
      ),
    ),
  },
  ['version', 'runs'],
);
