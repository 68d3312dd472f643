import type { JsonObject, JsonValue } from '../imports/istio.ts';
import { own } from '../model/own.ts';
import { formatPath, show, type Path } from '../model/schema.ts';
import type { Document, Span } from './document.ts';
import { readDocument, readDocuments, type Format } from './documents.ts';
import { groupOf, isClusterScoped } from './kinds.ts';
import type { Manifest, ReadManifests, ReadProblem } from './manifest.ts';
import { positionsIn, type Positions, type Source } from './positions.ts';
import { inTemplate, isTemplate, templateWords } from './template-problem.ts';
import type { TextProblem } from './text-problem.ts';

/** Options of {@link readManifests}. */
export interface ReadManifestsOptions {
  /** Namespace of objects that name none.
   * @default 'default' */
  readonly namespace?: string;
  /** Whether places are kept as the file is read: worth its while where many of them will be asked for.
   * @default false - an object is read again when its places are asked for */
  readonly keepsPlaces?: boolean;
}

/**
 * Reads the Kubernetes objects of a file, as kubectl would: YAML or JSON, several documents, lists of objects. What
 * cannot be read is a problem with its place, and the rest is read nevertheless. Documents that are clearly something
 * else, such as Helm values, are passed over. No text makes it throw.
 *
 * @param file only named in positions
 * @example
 * const { manifests, problems } = readManifests('orders.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: orders}');
 * manifests[0]?.position(['metadata', 'name']); // { file: 'orders.yaml', line: 3, column: 12 }
 */
export function readManifests(file: string, text: string, options: ReadManifestsOptions = {}): ReadManifests {
  const reading: Reading = {
    file,
    text,
    namespace: options.namespace ?? 'default',
    positions: positionsIn(file, text),
    manifests: [],
    problems: [],
    unsaid: 0,
  };
  let wasTemplate = false;
  for (const read of readDocuments(text, options.keepsPlaces)) {
    if (read.problem === undefined) {
      const { document, span, format, places } = read;
      addRepeated(reading, document, span, format);
      addValue(reading, document, { span, format, path: [], ...(places && { kept: { document, places } }) });
      continue;
    }
    const { problem } = read;
    const template = inTemplate(text, problem);
    // Said once: a template is broken in all of its documents.
    if (template === undefined || !wasTemplate) addProblem(reading, template ?? problem);
    wasTemplate ||= template !== undefined;
  }
  const { manifests, problems, unsaid } = reading;
  const last = problems.at(-1);
  if (unsaid > 0 && last !== undefined)
    problems.push({
      ...last,
      message: `from here on ${unsaid} more problems were found in this file`,
      fix: 'mend those that are named first, and look again',
      // By itself it says of nothing that it was left out.
      isRead: true,
    });
  return { manifests, problems };
}

/** A file with more problems than this is nothing that is mended place by place. */
const MAX_PROBLEMS = 100;

interface Reading {
  readonly file: string;
  readonly text: string;
  readonly namespace: string;
  readonly positions: Positions;
  readonly manifests: Manifest[];
  readonly problems: ReadProblem[];
  /** Problems that were too many to be told. */
  unsaid: number;
}

function isEnough(reading: Reading): boolean {
  const enough = reading.problems.length >= MAX_PROBLEMS;
  if (enough) reading.unsaid++;
  return enough;
}

function addProblem(reading: Reading, { fault, offset, message, fix, related, isRead }: TextProblem): void {
  if (isEnough(reading)) return;
  const { positions, problems } = reading;
  const also = related === undefined ? '' : `, ${related.says} line ${positions.at(related.offset).line}`;
  problems.push({ fault, at: positions.at(offset), message: `${message}${also}`, fix, ...(isRead && { isRead }) });
}

// Keys that are there twice

/** Where a key was before is looked for only now, in a second reading. */
function addRepeated(reading: Reading, { repeated }: Document, span: Span, format: Format): void {
  if (repeated.length === 0) return;
  const { text, positions } = reading;
  for (const { key, offset, before = offset, isMerged } of readDocument(text, span, format, new Map()).repeated) {
    const [first, second] = [positions.at(before).line, positions.at(offset).line];
    const name = JSON.stringify(key);
    addProblem(reading, {
      fault: 'duplicate-key',
      isRead: true,
      offset,
      message: isMerged
        ? `the key ${name} of line ${first} comes once more with "<<" in line ${second}: kubectl takes that one, other readers the one that is written out`
        : `the key ${name} stands in line ${first} and again in line ${second}: kubectl takes the later one without a word`,
      fix: isMerged ? 'put "<<" before the keys that are written out' : 'remove one of them',
    });
  }
}

// Objects

function addValue(reading: Reading, document: Document, source: Source): void {
  const { value } = document;
  if (value === undefined || value === null) return;
  if (isObject(value)) return addObject(reading, value, source, document);
  const offset = document.start;
  if (!Array.isArray(value))
    addProblem(reading, {
      fault: 'not-an-object',
      offset,
      message: `the document is no object, it says only ${show(value)}`,
      fix: 'write "apiVersion: …" and the other fields of an object; is the file cut off?',
    });
  else if (value.some((item: JsonValue) => isObject(item) && isText(item['apiVersion']) && isText(item['kind'])))
    addProblem(reading, {
      fault: 'not-an-object',
      offset,
      message: `the document is ${show(value)}, and kubectl takes no list of objects`,
      fix: 'part them by lines "---", or write them as "items" of an object of kind List',
    });
}

/** @param document given when the object is the whole of it, so that it may be a list */
function addObject(reading: Reading, object: JsonObject, source: Source, document?: Document): void {
  const items = own(object, 'items');
  // Whatever its kind says, kubectl takes every object with items for a list.
  if (Array.isArray(items)) return addItems(reading, object, items, source, document);
  const { apiVersion, kind } = { apiVersion: own(object, 'apiVersion'), kind: own(object, 'kind') };
  if (isText(apiVersion) && isText(kind)) {
    if (!isIgnored(apiVersion, kind, object)) addManifest(reading, object, apiVersion, kind, source);
  } else addMisfit(reading, object, source);
}

/** Kinds that are no objects of a cluster, and lists with nothing in them. */
const isIgnored = (apiVersion: string, kind: string, object: JsonObject): boolean =>
  groupOf(apiVersion) === 'kustomize.config.k8s.io' ||
  kind === 'List' ||
  (kind.endsWith('List') && own(object, 'items') === null);

function addItems(
  reading: Reading,
  list: JsonObject,
  items: readonly JsonValue[],
  source: Source,
  document: Document | undefined,
): void {
  // Lists of one kind, as the API server gives them, name it only once. Source: apimachinery, unstructured/helpers.go
  const { apiVersion, kind } = { apiVersion: own(list, 'apiVersion'), kind: own(list, 'kind') };
  const named =
    isText(apiVersion) && isText(kind) && kind !== 'List' ? { apiVersion, kind: kind.replace(/List$/, '') } : {};
  const spans = document?.items.length === items.length ? document.items : [];
  for (const [index, item] of items.entries()) {
    const span = spans[index];
    const within: Source = { ...source, path: [...source.path, 'items', index] };
    const itemSource = span === undefined ? within : { span, format: source.format, path: [], around: within };
    if (!isObject(item))
      addProblemAt(reading, itemSource, [], {
        message: `an item of a list of objects is ${item === null ? 'empty' : show(item)}`,
        fix: 'write an object, or remove the item',
      });
    else if (isText(own(item, 'kind')) || isText(own(item, 'apiVersion'))) addObject(reading, item, itemSource);
    else addObject(reading, { ...named, ...item }, itemSource);
  }
}

function addManifest(reading: Reading, object: JsonObject, apiVersion: string, kind: string, source: Source): void {
  const metadata = asObject(own(object, 'metadata'));
  const name = nameOf(own(metadata, 'name')) || nameOf(own(metadata, 'generateName'));
  const { file, positions, manifests } = reading;
  const position: Manifest['position'] = (path) => positions.of(source, path);
  if (isTemplate(name))
    return addProblemAt(reading, source, ['metadata', 'name'], { fault: 'syntax', ...templateWords(name) });
  manifests.push({
    apiVersion,
    group: groupOf(apiVersion),
    kind,
    name,
    namespace: isClusterScoped(apiVersion, kind) ? '' : nameOf(own(metadata, 'namespace')) || reading.namespace,
    labels: textsOf(own(metadata, 'labels')),
    annotations: textsOf(own(metadata, 'annotations')),
    object,
    file,
    position,
  });
}

/** An object without apiVersion or kind: a slip in a manifest, or something that is none. */
function addMisfit(reading: Reading, object: JsonObject, source: Source): void {
  const misfit = misfitOf(object);
  if (misfit === undefined) return;
  const { path, ...words } = misfit;
  addProblemAt(reading, source, path, words);
}

function addProblemAt(
  reading: Reading,
  source: Source,
  path: Path,
  problem: Pick<ReadProblem, 'message' | 'fix'> & Partial<ReadProblem>,
): void {
  if (isEnough(reading)) return;
  reading.problems.push({ fault: 'not-an-object', at: reading.positions.of(source, path), ...problem });
}

interface Misfit extends Pick<ReadProblem, 'message' | 'fix'> {
  readonly path: Path;
}

function misfitOf(object: JsonObject): Misfit | undefined {
  const [apiVersion, kind] = [own(object, 'apiVersion'), own(object, 'kind')];
  const metadata = own(object, 'metadata');
  const hasName = isObject(metadata) && (isText(own(metadata, 'name')) || isText(own(metadata, 'generateName')));
  const isShaped = hasName || (metadata !== undefined && own(object, 'spec') !== undefined);
  // `v1` and `v2` are versions of Helm's Chart.yaml, too, which has no metadata.
  const hasVersion =
    isText(apiVersion) && (isShaped || /^v\d+(?:(?:alpha|beta)\d+)?$/.test(apiVersion.split('/')[1] ?? ''));
  const hasKind = isText(kind) && /^[A-Z][A-Za-z0-9]*$/.test(kind);
  if (!isShaped && !hasVersion && !hasKind) return undefined;
  if (groupOf(isText(apiVersion) ? apiVersion : '') === 'kustomize.config.k8s.io') return undefined;
  const named = hasName ? ` of the object ${show(own(asObject(metadata), 'name') ?? '')}` : '';
  for (const [field, value] of [
    ['apiVersion', apiVersion],
    ['kind', kind],
  ] as const) {
    if (isText(value)) continue;
    const found =
      value === undefined || value === null || typeof value === 'string'
        ? 'is missing'
        : `is ${show(value)}, where a text is needed`;
    return {
      path: [field],
      message: `the ${formatPath([field])}${named} ${found}, so nobody knows what it is`,
      fix: field === 'kind' ? 'write the kind, such as "kind: VirtualService"' : 'write it, such as "apiVersion: v1"',
    };
  }
  return undefined;
}

// Values of any type

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: JsonValue | undefined): value is string => typeof value === 'string' && value !== '';

const asObject = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {});

/** A name as it is said to people, also where it is a number and no name at all. */
const nameOf = (value: JsonValue | undefined): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

/** The texts of a map of texts. */
function textsOf(value: JsonValue | undefined): Readonly<Record<string, string>> {
  if (!isObject(value)) return NO_TEXTS;
  const entries = Object.entries(value);
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  // Only texts: it is such a map itself.
  return texts.length === entries.length ? (value as Readonly<Record<string, string>>) : Object.fromEntries(texts);
}

const NO_TEXTS: Readonly<Record<string, string>> = {};
