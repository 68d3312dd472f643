import { objectName, type Manifest } from '../manifest/manifest.ts';
import { formatPath } from '../model/schema.ts';
import type { Reference, RolloutChange, RolloutTopic, SecurityChange, TrafficChange } from './change.ts';
import type { MeshDiff } from './diff.ts';
import { objectCounts, shownValue, type Compared } from './document.ts';
import type { FieldChange, ObjectChange } from './objects.ts';
import { shortHost } from './treatment.ts';

/** How a diff is written. */
export interface DiffTextOptions {
  /** Every field that changed, not just the objects. @default false */
  readonly showFields?: boolean;
  /** Whether files differ although no object does. @default false */
  readonly isFormattingOnly?: boolean;
}

/** One thing that changes, in parts that each form of the report puts together. */
interface Entry {
  readonly mark: string;
  readonly what: string;
  readonly message: string;
  readonly place: string;
  /** Further lines below it. */
  readonly details: readonly string[];
}

interface Section {
  readonly title: 'SECURITY' | 'TRAFFIC' | 'ROLLOUT' | 'OBJECTS';
  readonly entries: readonly Entry[];
}

/** Sections in the order in which they are read: what hurts most first. */
const sections = ({ security, traffic, rollout, objects }: MeshDiff, showFields: boolean): readonly Section[] => [
  { title: 'SECURITY', entries: security.map(securityEntry) },
  { title: 'TRAFFIC', entries: traffic.map(trafficEntry) },
  { title: 'ROLLOUT', entries: rollout.map(rolloutEntry) },
  { title: 'OBJECTS', entries: objects.changes.map((change) => objectEntry(change, showFields)) },
];

const placeOf = (by: Reference | undefined): string => {
  if (by === undefined) return '';
  const { file, line } = by.manifest.position(by.at);
  return `${file}:${line}`;
};

const entry = (mark: string, what: string, message: string, by: Reference | undefined): Entry => ({
  mark,
  what,
  message,
  place: placeOf(by),
  details: [],
});

function securityEntry({ direction, subjects, message, by }: SecurityChange): Entry {
  const [first = '', second, third] = subjects;
  const others = subjects.length - 1;
  const what =
    others === 2 && second && third
      ? `${first}, ${second}, ${third}`
      : others === 1 && second
        ? `${first}, ${second}`
        : first;
  return entry(
    direction === 'broader' ? '✖ broader' : '✔ narrower',
    others > 2 ? `${first} and ${others} more` : what,
    message,
    by,
  );
}

function trafficEntry({ from, alike, host, port, requests, topic, before, after, by }: TrafficChange): Entry {
  const where = `${from}${alike === 0 ? '' : ` and ${alike} more`} → ${shortHost(host)}${port === 80 ? '' : `:${port}`}`;
  return entry('~', where, `${requests}: ${topic === 'outcome' ? '' : `${topic} `}${arrow(topic, before, after)}`, by);
}

/** Shares of one host side by side: `v1 90 → 75 %, v2 10 → 25 %`. */
function arrow(topic: TrafficChange['topic'], before: string, after: string): string {
  const [old, now] = [sharesIn(before), sharesIn(after)];
  if (topic !== 'shares' || old === undefined || now === undefined) return `${before} → ${after}`;
  const all = [...new Set([...old.keys(), ...now.keys()])];
  const host = all[0]?.split(' ')[0] ?? '';
  const isOne = all.every((name) => name.startsWith(`${host} `));
  return `${isOne ? `of ${host}: ` : ''}${all
    .map((name) => `${isOne ? name.slice(host.length + 1) : name} ${old.get(name) ?? '0'} → ${now.get(name) ?? '0'} %`)
    .join(', ')}`;
}

/** Undefined where there is more to say than shares. */
function sharesIn(text: string): ReadonlyMap<string, string> | undefined {
  const parts = text.split(', ').map((part) => /^(.+) ([\d.]+) %$/.exec(part));
  return parts.every((part) => part !== null)
    ? new Map(parts.map((part) => [part[1] ?? '', part[2] ?? '']))
    : undefined;
}

const MARKS: Readonly<Record<RolloutTopic, string>> = {
  restart: '↻ restart',
  scale: '↕ scale',
  order: '! order',
  refused: '✖ refused',
  risk: '✖ risk',
  unjudged: '? unjudged',
};

const rolloutEntry = ({ topic, subject, message, by }: RolloutChange): Entry =>
  entry(MARKS[topic], subject, message, by);

function objectEntry(change: ObjectChange, showFields: boolean): Entry {
  switch (change.change) {
    case 'added':
      return entry('[+]', objectName(change.after), '', undefined);
    case 'removed':
      return entry('[-]', objectName(change.before), '', undefined);
    case 'renamed':
      return {
        ...entry('[>]', objectName(change.before), `is now ${objectName(change.after)}`, undefined),
        details: showFields ? fieldLines(change.after, change.fields) : [],
      };
    case 'changed':
      return {
        ...entry('[~]', objectName(change.after), showFields ? '' : fieldSummary(change.fields), undefined),
        details: showFields ? fieldLines(change.after, change.fields) : [],
      };
  }
}

const fieldLines = (manifest: Manifest, fields: readonly FieldChange[]): readonly string[] =>
  fields.map(
    ({ path, before, after }) =>
      `${formatPath(path)}: ${shown(shownValue(manifest, before))} → ${shown(shownValue(manifest, after))}`,
  );

const shown = (value: unknown): string => {
  if (value === null) return 'none';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
};

function fieldSummary(fields: readonly FieldChange[]): string {
  const paths = fields.map(({ path }) => formatPath(path));
  return paths.length <= 2 ? paths.join(', ') : `${paths.slice(0, 2).join(', ')} and ${paths.length - 2} more`;
}

/** What a change does, in words; the verdict last. */
export function diffText(
  compared: Compared,
  diff: MeshDiff,
  { showFields = false, isFormattingOnly = false }: DiffTextOptions = {},
): string {
  if (diff.objects.changes.length === 0) return `${sameWords(compared, diff, isFormattingOnly)}\n`;
  const parts = sections(diff, showFields).flatMap(({ title, entries }) => {
    const width = Math.max(...entries.map(({ mark }) => mark.length));
    return [title, ...(entries.length === 0 ? ['  no change'] : entries.flatMap((one) => textLines(one, width))), ''];
  });
  return `${parts.join('\n')}\n${diffVerdict(diff)}\n`;
}

const textLines = ({ mark, what, message, place, details }: Entry, width: number): readonly string[] => [
  `  ${mark.padEnd(width)}  ${what}${message === '' ? '' : mark.startsWith('[') ? `  ${message}` : `: ${message}`}${place === '' ? '' : `  (${place})`}`,
  ...details.map((line) => `      ${line}`),
];

const sameWords = ({ old, new: current }: Compared, { objects }: MeshDiff, isFormattingOnly: boolean): string =>
  `${isFormattingOnly ? 'only the formatting differs' : 'no difference'}: ${objects.same} objects say the same in ${old} and ${current}`;

/** One line: how much of what. */
export function diffVerdict({ security, traffic, rollout, objects }: MeshDiff): string {
  const broader = security.filter(({ direction }) => direction === 'broader').length;
  const { added, changed, removed, renamed } = objectCounts(objects.changes);
  return [
    broader === 0 ? 'nothing is broader' : `${broader} broader`,
    `${security.length - broader} narrower`,
    `${traffic.length} in traffic`,
    `${rollout.length} in rollout`,
    `objects: ${added} added, ${changed} changed, ${removed} removed, ${renamed === 0 ? '' : `${renamed} renamed, `}${objects.same} same`,
  ].join('; ');
}

/** More lines than this are folded in Markdown, and more than {@link MOST_IN_MARKDOWN} are left out. */
const MOST_UNFOLDED = 25;
const MOST_IN_MARKDOWN = 200;

/** The same for a comment on a pull request. */
export function diffMarkdown(compared: Compared, diff: MeshDiff, options: DiffTextOptions = {}): string {
  if (diff.objects.changes.length === 0)
    return `${escaped(sameWords(compared, diff, options.isFormattingOnly ?? false))}\n`;
  const broader = diff.security.some(({ direction }) => direction === 'broader');
  const parts = sections(diff, options.showFields ?? false).map(markdownSection);
  return `### ${broader ? '✖ Somebody may do more in the mesh' : 'What this changes in the mesh'}\n\n${parts.join('\n')}\n${escaped(diffVerdict(diff))}\n`;
}

function markdownSection({ title, entries }: Section): string {
  const heading = `${title.charAt(0)}${title.slice(1).toLowerCase()}`;
  if (entries.length === 0) return `**${heading}**: no change\n`;
  const shownEntries = entries.slice(0, MOST_IN_MARKDOWN);
  const rows = shownEntries.map(
    ({ mark, what, message, place, details }) =>
      `| ${escaped(mark)} | ${escaped(what)} | ${[message, ...details].map(escaped).join('<br>')} | ${escaped(place)} |`,
  );
  const left = entries.length - shownEntries.length;
  const table = [
    '| | | | |',
    '| --- | --- | --- | --- |',
    ...rows,
    ...(left === 0 ? [] : ['', `… and ${left} more; \`weft diff\` shows all of them`]),
  ].join('\n');
  // Objects are many and say least.
  return title === 'OBJECTS' || entries.length > MOST_UNFOLDED
    ? `<details><summary><b>${heading}</b>: ${entries.length}</summary>\n\n${table}\n\n</details>\n`
    : `**${heading}**\n\n${table}\n`;
}

/** Stars, pipes and the like are what policies are made of: they are no markup here, and nobody is mentioned. */
const escaped = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/[\\`*_{}[\]<>|#~]/g, '\\$&')
    .replace(/@/g, '&#64;')
    .replace(/:\/\//g, '&#58;//');
