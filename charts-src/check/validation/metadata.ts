import type { Manifest } from '../../manifest/manifest.ts';
import { show, type Path } from '../../model/schema.ts';
import type { Refusal } from './refusal.ts';
import { byteLength } from './byte-length.ts';
import { isLabelValue, labelKeyProblem } from './label-syntax.ts';
import { isFields, type Fields } from '../../manifest/raw.ts';

const DNS_LABEL = /^(?=.{1,63}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const SERVICE_LABEL = /^(?=.{1,63}$)[a-z](?:[a-z0-9-]*[a-z0-9])?$/;
const DNS_NAME = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const PATH_SEGMENT = /^(?!\.{1,2}$)[^/%]+$/;
/** What the API server puts behind `generateName`. */
const GENERATED = 'x'.repeat(5);
const MAX_ANNOTATION_BYTES = 256 * 1024;

/** Names, labels and annotations that no API server takes. Source: Kubernetes' validation of ObjectMeta */
export function* metadataRefusals({ object, kind, group }: Manifest): Iterable<Refusal> {
  const { metadata } = object;
  if (!isFields(metadata))
    return yield { at: ['metadata'], what: 'there is no metadata', fix: 'add "metadata" with a name' };
  yield* names(metadata, kind, group);
  yield* labelsOf(['metadata', 'labels'], metadata['labels']);
  yield* annotationsOf(['metadata', 'annotations'], metadata['annotations']);
}

function* names({ name, generateName, namespace }: Fields, kind: string, group: string): Iterable<Refusal> {
  const hasName = name !== undefined && name !== null && name !== '';
  if (hasName) yield* wellNamed(['metadata', 'name'], name, name, kind, group);
  else if (typeof generateName === 'string' && generateName !== '')
    yield* wellNamed(['metadata', 'generateName'], generateName, `${generateName}${GENERATED}`, kind, group);
  else yield { at: ['metadata', 'name'], what: `the ${kind} has no name`, fix: 'add metadata.name' };
  if (namespace === undefined || namespace === null || namespace === '') return;
  if (typeof namespace !== 'string' || !DNS_LABEL.test(namespace))
    yield {
      at: ['metadata', 'namespace'],
      what: `${show(namespace)} is no name of a namespace`,
      fix: `use at most 63 of a-z, 0-9 and "-"${suggestion(namespace)}`,
    };
}

/** How a value becomes a text. */
const asText = (value: unknown): string =>
  typeof value === 'object' ? 'write a text' : `put it in quotes: "${String(value)}"`;

function* wellNamed(at: Path, written: unknown, name: unknown, kind: string, group: string): Iterable<Refusal> {
  if (typeof name !== 'string') yield { at, what: `${show(written)} is not a text`, fix: asText(written) };
  else if (group === 'rbac.authorization.k8s.io') {
    if (!PATH_SEGMENT.test(name))
      yield { at, what: `${show(written)} cannot stand in a URL`, fix: 'leave out "/" and "%"' };
  } else if (group === '' && (kind === 'Service' || kind === 'Namespace')) {
    if (!(kind === 'Service' ? SERVICE_LABEL : DNS_LABEL).test(name))
      yield {
        at,
        what: `${show(written)} is no name of a ${kind}`,
        fix: `use at most 63 of a-z, 0-9 and "-"${kind === 'Service' ? ', beginning with a letter' : ''}${suggestion(written)}`,
      };
  } else if (!DNS_NAME.test(name))
    yield {
      at,
      what: `${show(written)} is no name of a ${kind}`,
      fix: `use at most 253 of a-z, 0-9, "-" and "."${suggestion(written)}`,
    };
}

function suggestion(name: unknown): string {
  const better = String(name)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 63)
    .replace(/[^a-z0-9]+$/, '');
  return better === '' || better === name ? '' : `, for example "${better}"`;
}

/** Labels as an object has them: texts, and short ones. */
export function* labelsOf(at: Path, labels: unknown): Iterable<Refusal> {
  if (!isFields(labels)) {
    if (labels !== undefined && labels !== null)
      yield { at, what: `${show(labels)} is no set of labels`, fix: 'write "name: value" below it' };
    return;
  }
  for (const [key, value] of Object.entries(labels)) {
    const problem = labelKeyProblem(key);
    if (problem !== undefined || /[A-Z]/.test(key.split('/').slice(0, -1).join('/')))
      yield {
        at: [...at, key],
        what: problem ?? `"${key}" has upper case before its "/"`,
        fix: 'write a key such as "app" or "app.kubernetes.io/name"',
      };
    if (typeof value !== 'string')
      // An empty value in YAML is null, which clients leave out.
      yield* value === null
        ? []
        : [
            {
              at: [...at, key],
              what: `${show(value)} is not a text, and a label is one`,
              fix: asText(value),
            },
          ];
    else if (!isLabelValue(value) || value.length > 63)
      yield {
        at: [...at, key],
        what: `${show(value)} is no value of a label`,
        fix: 'use at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends; other texts belong into annotations',
      };
  }
}

/** Annotations as an object has them: texts, and not too many. */
export function* annotationsOf(at: Path, all: unknown): Iterable<Refusal> {
  if (!isFields(all)) {
    if (all !== undefined && all !== null)
      yield { at, what: `${show(all)} is no set of annotations`, fix: 'write "name: value" below it' };
    return;
  }
  let bytes = 0;
  for (const [key, value] of Object.entries(all)) {
    const problem = labelKeyProblem(key.toLowerCase());
    if (problem !== undefined)
      yield { at: [...at, key], what: problem, fix: 'write a key such as "example.com/owner"' };
    if (typeof value === 'string') bytes += byteLength(key) + byteLength(value);
    else if (value !== null)
      yield {
        at: [...at, key],
        what: `${show(value)} is not a text, and an annotation is one`,
        fix: typeof value === 'object' ? 'write it as a text of JSON' : `put it in quotes: "${String(value)}"`,
      };
  }
  if (bytes > MAX_ANNOTATION_BYTES)
    yield {
      at,
      what: `the annotations have ${bytes} bytes, more than ${MAX_ANNOTATION_BYTES}`,
      fix: 'put long texts into a ConfigMap',
    };
}
