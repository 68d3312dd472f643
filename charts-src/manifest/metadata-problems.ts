import { groupOf } from './kinds.ts';

/** Names, labels and annotations of an object that Kubernetes would refuse, each with a way out. */
export function metadataProblems(object: Readonly<Record<string, unknown>>): string[] {
  const { apiVersion, kind, metadata } = object;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || apiVersion === '' || kind === '')
    return [
      `apiVersion is ${show(apiVersion)} and kind is ${show(kind)}: Kubernetes needs both to know what this is. Write, for example, apiVersion "v1" and kind "ConfigMap"`,
    ];
  if (!isMap(metadata)) return [`metadata is ${show(metadata)}: give it at least a name`];
  const problems: string[] = [];
  const { name, generateName, namespace } = metadata;
  if (typeof name === 'string' && name !== '') problems.push(...nameProblems(apiVersion, kind, name));
  else if (typeof generateName !== 'string') problems.push(`metadata.name is ${show(name)}: name the ${kind}`);
  if (namespace !== undefined && !(typeof namespace === 'string' && LABEL.test(namespace)))
    problems.push(`metadata.namespace ${show(namespace)} is no DNS label: ${LABEL_RULE}${suggestion(namespace)}`);
  problems.push(...labelProblems('metadata', metadata));
  const template = templateMetadata(object);
  if (template) problems.push(...labelProblems(template.path, template.metadata));
  return problems;
}

const LABEL = /^(?=.{1,63}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const LABEL_RULE = 'use at most 63 of a-z, 0-9 and "-", with a letter or digit at both ends';
const SERVICE_LABEL = /^(?=.{1,63}$)[a-z](?:[a-z0-9-]*[a-z0-9])?$/;
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const SUBDOMAIN_RULE = 'use at most 253 of a-z, 0-9, "-" and ".", with a letter or digit at the ends of each part';
const CRON_JOB_LENGTH = 52;
const MAX_ANNOTATION_BYTES = 262_144;

/** Source: Kubernetes apimachinery validation, and the validation of each kind. */
function nameProblems(apiVersion: string, kind: string, name: string): string[] {
  const group = groupOf(apiVersion);
  if (group === 'rbac.authorization.k8s.io')
    return /^(?!\.{1,2}$)[^/%]+$/.test(name)
      ? []
      : [`metadata.name ${show(name)} cannot stand in a URL: leave out "/" and "%", and do not use "." or ".."`];
  if (group === '' && kind === 'Service')
    return SERVICE_LABEL.test(name)
      ? []
      : [
          `metadata.name ${show(name)} is no DNS label, and a Service's name is the address by which it is called: ${LABEL_RULE}, beginning with a letter${suggestion(name)}`,
        ];
  if (group === '' && kind === 'Namespace')
    return LABEL.test(name)
      ? []
      : [
          `metadata.name ${show(name)} is no DNS label, which the name of a Namespace must be: ${LABEL_RULE}${suggestion(name)}`,
        ];
  if (!SUBDOMAIN.test(name))
    return [
      `metadata.name ${show(name)} is no DNS name, which the name of a ${kind} must be: ${SUBDOMAIN_RULE}${suggestion(name)}`,
    ];
  if (kind === 'CronJob' && name.length > CRON_JOB_LENGTH)
    return [
      `metadata.name ${show(name)} has ${name.length} letters, and the name of a CronJob at most ${CRON_JOB_LENGTH}: Kubernetes adds 11 for each Job`,
    ];
  return [];
}

function labelProblems(path: string, metadata: Readonly<Record<string, unknown>>): string[] {
  const problems: string[] = [];
  for (const [key, value] of entries(metadata['labels'])) {
    if (!isQualifiedName(key)) problems.push(`${path}.labels: ${KEY_RULE(key)}`);
    if (typeof value !== 'string')
      problems.push(
        `${path}.labels[${show(key)}] is ${show(value)}: a label is a string; write ${show(String(value))}`,
      );
    else if (!isLabelValue(value))
      problems.push(
        `${path}.labels[${show(key)}] ${show(value)} is no label value: use at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends; longer texts belong into an annotation`,
      );
  }
  let size = 0;
  for (const [key, value] of entries(metadata['annotations'])) {
    if (!isQualifiedName(key.toLowerCase())) problems.push(`${path}.annotations: ${KEY_RULE(key)}`);
    if (typeof value !== 'string')
      problems.push(
        `${path}.annotations[${show(key)}] is ${show(value)}: an annotation is a string; write ${show(typeof value === 'object' ? JSON.stringify(value) : String(value))}`,
      );
    else size += key.length + value.length;
  }
  if (size > MAX_ANNOTATION_BYTES)
    problems.push(
      `${path}.annotations hold ${size} bytes, and Kubernetes refuses more than ${MAX_ANNOTATION_BYTES}: put long texts into a ConfigMap`,
    );
  return problems;
}

const entries = (map: unknown): [string, unknown][] => (isMap(map) ? Object.entries(map) : []);

const KEY_RULE = (key: string): string =>
  `${show(key)} is no key: use at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends, after an optional DNS name and "/"`;

/** Keys and values repeat from object to object: each is judged once. */
const judged = new Map<string, boolean>();

function remembered(kind: 'key' | 'value', text: string, judge: (text: string) => boolean): boolean {
  const id = `${kind} ${text}`;
  const known = judged.get(id);
  if (known !== undefined) return known;
  if (judged.size > 10_000) judged.clear();
  const verdict = judge(text);
  judged.set(id, verdict);
  return verdict;
}

const NAME_PART = /^(?=.{1,63}$)[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?$/;

const isQualifiedName = (key: string): boolean =>
  remembered('key', key, () => {
    const parts = key.split('/');
    const name = parts.pop() ?? '';
    const [prefix, ...others] = parts;
    return NAME_PART.test(name) && others.length === 0 && (prefix === undefined || SUBDOMAIN.test(prefix));
  });

const isLabelValue = (value: string): boolean =>
  value === '' || remembered('value', value, () => NAME_PART.test(value));

/** `metadata` of the pods that a workload makes. */
function templateMetadata(
  object: Readonly<Record<string, unknown>>,
): { path: string; metadata: Readonly<Record<string, unknown>> } | undefined {
  for (const path of [
    ['spec', 'template', 'metadata'],
    ['spec', 'jobTemplate', 'spec', 'template', 'metadata'],
  ]) {
    let at: unknown = object;
    for (const step of path) at = isMap(at) ? at[step] : undefined;
    if (isMap(at)) return { path: path.join('.'), metadata: at };
  }
  return undefined;
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const show = (value: unknown): string => (value === undefined ? 'missing' : (JSON.stringify(value) ?? String(value)));

function suggestion(name: unknown): string {
  const better = String(name ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return better === '' || better === name ? '' : `, for example ${show(better)}`;
}
