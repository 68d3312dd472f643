import type {
  ConditionalRule,
  MapSchema,
  ObjectSchema,
  Schema,
  StringSchema,
} from '../../../charts-src/model/schema.ts';

/** A rule of a CustomResourceDefinition in words of our schemas. Undefined: it is not a rule for this kind of value. */
type Translation = (schema: Schema, ...matched: string[]) => Schema | undefined;

const WITHOUT_STAR = { pattern: '^[^*]*$', expects: 'a text without "*"' };
/** A letter or digit at both ends, and "-" between them. */
const PORT_NAME = {
  pattern: '^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$',
  maxLength: 62,
  expects: 'a port name such as http-web',
};
const PORT_RANGE = { min: 1, max: 65_535 };

/**
 * All CEL rules of Istio's definitions. They are told by their text, white space aside: a rule that changes has to be
 * read and translated again.
 */
const RULES: readonly (readonly [rule: string | RegExp, translation: Translation])[] = [
  [
    /^\(has\(self\.\w+\) \? 1 : 0\)(?: \+ \(has\(self\.\w+\) \? 1 : 0\))+ <= 1$/,
    (schema, rule) =>
      object(schema, (it) => atMostOne(it, ...[...rule.matchAll(/self\.(\w+)/g)].map(([, field]) => field ?? ''))),
  ],
  [
    /^has\(self\.(\w+)\) != has\(self\.(\w+)\)$/,
    (schema, _, one = '', other = '') =>
      object(schema, ({ atMostOne: replaced, ...it }) => ({
        ...it,
        // What has to be exactly one need not be said to be at most one as well.
        ...restOf(replaced, [one, other]),
        exactlyOne: [...(it.exactlyOne ?? []), [one, other].sort()],
      })),
  ],
  [
    '(has(self.serviceAccounts) || has(self.notServiceAccounts)) ? (!has(self.principals) && !has(self.notPrincipals) && !has(self.namespaces) && !has(self.notNamespaces)) : true',
    (schema) =>
      object(schema, (it) =>
        atMostOne(
          it,
          ['serviceAccounts', 'notServiceAccounts'],
          ['principals', 'notPrincipals', 'namespaces', 'notNamespaces'],
        ),
      ),
  ],
  [
    'has(self.address) || has(self.network)',
    (schema) => object(schema, (it) => ({ ...it, atLeastOne: [['address', 'network']] })),
  ],
  [
    '(has(self.valueFrom) ? self.valueFrom : "") != "HOST" || !has(self.value)',
    (schema) => when(schema, { if: { field: 'valueFrom', is: ['HOST'] }, then: { forbidden: ['value'] } }),
  ],
  [
    'has(self.context) ? ((self.context == "WAYPOINT") ? has(self.waypoint) : !has(self.waypoint)) : !has(self.waypoint)',
    (schema) =>
      when(
        schema,
        { if: { field: 'context', is: ['WAYPOINT'] }, then: { required: ['waypoint'] } },
        {
          if: { field: 'waypoint' },
          then: { required: ['context'], fields: { context: { type: 'enum', of: ['WAYPOINT'] } } },
        },
      ),
  ],
  [
    '!((has(self.addresses) ? self.addresses : []).exists(k, k.contains("/")) && !((has(self.resolution) ? self.resolution : "NONE") in ["STATIC", "NONE"]))',
    (schema) =>
      when(schema, {
        if: { field: 'addresses', hasItemWith: '/' },
        then: { fields: { resolution: { type: 'enum', of: ['STATIC', 'NONE'] } } },
      }),
  ],
  [
    '((has(self.resolution) ? self.resolution : "NONE") == "NONE") ? !has(self.endpoints) : true',
    (schema) =>
      when(schema, { if: { field: 'resolution', is: ['NONE'], orAbsent: true }, then: { forbidden: ['endpoints'] } }),
  ],
  [
    '((has(self.resolution) ? self.resolution : "") == "DNS_ROUND_ROBIN") ? ((has(self.endpoints) ? self.endpoints : []).size() <= 1) : true',
    (schema) =>
      when(schema, {
        if: { field: 'resolution', is: ['DNS_ROUND_ROBIN'] },
        then: { fields: { endpoints: { type: 'list', items: 'any', maxItems: 1 } } },
      }),
  ],
  [
    '(has(self.address) ? self.address : "").startsWith("unix://") ? !has(self.ports) : true',
    (schema) => when(schema, { if: { field: 'address', startsWith: 'unix://' }, then: { forbidden: ['ports'] } }),
  ],
  [
    'has(self.portLevelMtls) ? (((has(self.selector) && has(self.selector.matchLabels)) ? self.selector.matchLabels : {}).size() > 0) : true',
    (schema) =>
      when(schema, {
        if: { field: 'portLevelMtls' },
        then: {
          required: ['selector'],
          fields: {
            selector: {
              type: 'object',
              fields: { matchLabels: { type: 'map', values: 'any', minEntries: 1 } },
              required: ['matchLabels'],
            },
          },
        },
      }),
  ],
  [
    '((has(self.operation) ? self.operation : "") == "UPSERT") ? (self.value != "") : true',
    (schema) =>
      when(schema, {
        if: { field: 'operation', is: ['UPSERT'] },
        then: { required: ['value'], fields: { value: { type: 'string', minLength: 1 } } },
      }),
  ],
  [
    '((has(self.operation) ? self.operation : "") == "REMOVE") ? !has(self.value) : true',
    (schema) => when(schema, { if: { field: 'operation', is: ['REMOVE'] }, then: { forbidden: ['value'] } }),
  ],
  ['self.all(key, !key.contains("*"))', (schema) => keys(schema, WITHOUT_STAR)],
  ['self.all(key, key.size() != 0)', (schema) => keys(schema, { minLength: 1 })],
  [
    'self.all(key, size(key) < 63 && key.matches("^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$"))',
    (schema) => keys(schema, PORT_NAME),
  ],
  [
    'self.all(key, 0 < int(key) && int(key) <= 65535)',
    (schema) => map(schema, (it) => ({ ...it, keys: { type: 'integer', ...PORT_RANGE } })),
  ],
  [
    'self.all(l1, self.exists_one(l2, l1.number == l2.number))',
    (schema) =>
      typeof schema === 'object' && schema.type === 'list'
        ? { ...schema, uniqueBy: [...(schema.uniqueBy ?? []), 'number'] }
        : undefined,
  ],
  ['!self.contains("*")', (schema) => text(schema, WITHOUT_STAR)],
  ['self.size() == 0', (schema) => text(schema, { maxLength: 0 })],
  ['self != "*"', (schema) => text(schema, { pattern: '^(?!\\*$)', expects: 'a host such as "*.example.com"' })],
  [
    'self.startsWith("unix://") ? (self.substring(7, 8) == "/" || self.substring(7, 8) == "@") : true',
    // Together with the rule after it: a socket has an absolute path, or an abstract name, and is no folder.
    (schema) =>
      text(schema, {
        pattern: '^(?!unix://)|^unix://(?:@|[/@][^]*[^/])$',
        expects: 'an address, or a socket such as unix:///run/app.sock',
      }),
  ],
  ['self.startsWith("unix://") ? !self.endsWith("/") : true', (schema) => schema],
  ['self in ["", "HTTP", "HTTPS"]', () => ({ type: 'enum', of: ['', 'HTTP', 'HTTPS'] })],
  [
    /^isURL\(self\) \? \(url\(self\)\.getScheme\(\) in (\[[^\]]+\])\) : \(isURL\("http:\/\/" \+ self\) && url\("http:\/\/" \+ self\)\.getScheme\(\) in \1\)$/,
    (schema, _, schemes = '[]') => text(schema, { schemes: texts(schemes) }),
  ],
  [
    /^url\(self\)\.getScheme\(\) in (\[[^\]]+\])$/,
    (schema, _, schemes = '[]') => text(schema, { schemes: texts(schemes) }),
  ],
  [
    /^duration\(self\) >= duration\('(\w+)'\)$/,
    (schema, _, min = '') => (schema === 'string' ? { type: 'duration', min } : undefined),
  ],
  [
    '0 < self && self <= 65535',
    (schema) => {
      const isInteger = typeof schema === 'object' && schema.type === 'integer';
      return isInteger ? { ...schema, ...PORT_RANGE } : undefined;
    },
  ],
];

/** Adds a rule to the schema that it stands beside.
 * @throws when the rule is not known, or not for such a value */
export function applyRule(schema: Schema, rule: string, path: string): Schema {
  const text = rule.replaceAll(/\s+/g, ' ');
  for (const [known, translation] of RULES) {
    const matched = typeof known === 'string' ? (known === text ? [text] : null) : known.exec(text);
    const translated = matched && translation(schema, ...matched);
    if (translated) return translated;
  }
  throw new Error(`${path}: this rule has no translation in rules.ts yet: ${rule}`);
}

function object(schema: Schema, change: (schema: ObjectSchema) => ObjectSchema): Schema | undefined {
  return typeof schema === 'object' && schema.type === 'object' ? change(schema) : undefined;
}

function map(schema: Schema, change: (schema: MapSchema) => MapSchema): Schema | undefined {
  return typeof schema === 'object' && schema.type === 'map' ? change(schema) : undefined;
}

function text(schema: Schema, limits: Partial<StringSchema>): Schema | undefined {
  if (schema === 'string') return { type: 'string', ...limits };
  return typeof schema === 'object' && schema.type === 'string' ? { ...schema, ...limits } : undefined;
}

function keys(schema: Schema, limits: Partial<StringSchema>): Schema | undefined {
  return map(schema, (it) => ({ ...it, keys: text(it.keys ?? 'string', limits) ?? 'string' }));
}

/** Adds alternatives, unless they are there already: Istio says some of them in both directions. */
function atMostOne(schema: ObjectSchema, ...fields: (string | string[])[]): ObjectSchema {
  const sorted = fields.every((field) => typeof field === 'string') ? fields.toSorted() : fields;
  const there = schema.atMostOne ?? [];
  const isThere = there.some((alternatives) => JSON.stringify(alternatives) === JSON.stringify(sorted));
  return isThere ? schema : { ...schema, atMostOne: [...there, sorted] };
}

function restOf(alternatives: ObjectSchema['atMostOne'], without: readonly string[]): Pick<ObjectSchema, 'atMostOne'> {
  const rest = (alternatives ?? []).filter(
    (fields) => JSON.stringify(fields.toSorted()) !== JSON.stringify(without.toSorted()),
  );
  return rest.length > 0 ? { atMostOne: rest } : {};
}

const when = (schema: Schema, ...rules: ConditionalRule[]) =>
  object(schema, (it) => ({ ...it, when: [...(it.when ?? []), ...rules] }));

// The text is a list of CEL strings, which are JSON strings too.
const texts = (list: string) => JSON.parse(list) as string[];
