import type { Document, Places, Span } from './document.ts';
import { readJsonDocument } from './json-document.ts';
import { excerpt, TextError, type TextProblem } from './text-problem.ts';
import { readYamlDocument } from './yaml-document.ts';

/** How a document is written. */
export type Format = 'json' | 'yaml';

/** A document of a text, or what keeps one from being read. */
export type DocumentOrProblem =
  | {
      readonly document: Document;
      readonly span: Span;
      readonly format: Format;
      /** Where everything in it begins, when that is kept. */
      readonly places: Places | undefined;
      readonly problem?: never;
    }
  | { readonly problem: TextProblem; readonly document?: never };

/** Reads the first document of a part of a text.
 * @throws TextError when it is none */
export const readDocument = (text: string, span: Span, format: Format, places?: Places): Document =>
  format === 'json' ? readJsonDocument(text, span, places) : readYamlDocument(text, span, places);

/**
 * The documents of a text, in its order. They are parted as kubectl parts them: by lines that begin with `---`, or, when
 * the text begins with `{`, as JSON objects after one another. Where kubectl gives up, the rest is read nevertheless.
 *
 * @param keepsPlaces whether each document comes with its places: a quarter more work, and no second reading for them
 */
export function* readDocuments(text: string, keepsPlaces = false): Generator<DocumentOrProblem, void> {
  const start = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  const json = /^\s*\{/.test(text.slice(start, start + LONGEST_LEAD))
    ? yield* readJsonDocuments(text, start, keepsPlaces)
    : undefined;
  if (json?.rest === undefined && json !== undefined) return;
  yield* readYamlDocuments(text, json?.rest ?? start, keepsPlaces, json?.error);
}

const BYTE_ORDER_MARK = 0xfeff;
/** How far kubectl looks for a `{`. */
const LONGEST_LEAD = 4096;

interface EndOfJson {
  /** Where it is no JSON any more; undefined at the end. */
  readonly rest?: number;
  readonly error?: TextProblem;
}

function* readJsonDocuments(
  text: string,
  start: number,
  keepsPlaces: boolean,
): Generator<DocumentOrProblem, EndOfJson> {
  let at = start;
  for (let count = 0; ; count++) {
    const next = afterSpace(text, at);
    if (next === text.length) return {};
    try {
      const places: Places | undefined = keepsPlaces ? new Map() : undefined;
      const document = readJsonDocument(text, { start: next, end: text.length }, places);
      at = document.end;
      yield { document, span: { start: next, end: at }, format: 'json', places };
    } catch (error) {
      const problem = problemOf(error);
      // After two objects kubectl is sure that the text is JSON to its end, and reads nothing behind the error.
      if (count < 2) return { rest: afterLine(text, at), error: problem };
      yield {
        problem: {
          ...problem,
          message: `${problem.message}, and a file that begins with JSON objects is JSON to its end`,
        },
      };
      const separator = text.indexOf('\n---', at);
      return separator === -1 ? {} : { rest: separator + 1 };
    }
  }
}

const afterSpace = (text: string, at: number): number => {
  SPACE.lastIndex = at;
  SPACE.exec(text);
  return SPACE.lastIndex;
};
const SPACE = /[ \t\r\n]*/y;

/** Behind the end of the line, when nothing else stands in it. */
const afterLine = (text: string, at: number): number => {
  const next = afterSpace(text, at);
  const lineBreak = text.indexOf('\n', at);
  return lineBreak !== -1 && lineBreak < next ? lineBreak + 1 : next;
};

function problemOf(error: unknown): TextProblem {
  if (error instanceof TextError) return error.problem;
  throw error;
}

/** @param jsonError why the beginning is no JSON, when it looks as if it should be */
function* readYamlDocuments(
  text: string,
  from: number,
  keepsPlaces: boolean,
  jsonError?: TextProblem,
): Generator<DocumentOrProblem, void> {
  const control = controlCharacters(text, from);
  let hint =
    jsonError !== undefined && /^\s*\{\s*"/.test(text.slice(from, from + LONGEST_LEAD)) ? jsonError : undefined;
  for (const chunk of chunks(text, from)) {
    const problems: TextProblem[] = [...chunk.problems];
    const character = control(chunk);
    if (character !== undefined) problems.push(character);
    else
      for (const read of readChunk(text, chunk, keepsPlaces, hint)) {
        if (read.problem === undefined) yield read;
        else problems.push(read.problem);
      }
    hint = undefined;
    for (const problem of problems) yield { problem };
  }
}

/** All documents of a part of a text without separators; kubectl reads the first one only. */
function* readChunk(
  text: string,
  chunk: Chunk,
  keepsPlaces: boolean,
  hint?: TextProblem,
): Generator<DocumentOrProblem, void> {
  let span: Span = chunk;
  for (;;) {
    const places: Places | undefined = keepsPlaces ? new Map() : undefined;
    let document: Document;
    try {
      document = readYamlDocument(text, span, places);
    } catch (error) {
      const problem = problemOf(error);
      yield { problem: span === chunk ? (hint ?? problem) : problem };
      return;
    }
    yield { document, span, format: 'yaml', places };
    const { rest } = document;
    // When the text is YAML as it stands, such a line is what kubectl stumbles over.
    if (chunk.odd !== undefined && (rest === undefined || !rest.isDocument)) yield { problem: odd(text, chunk.odd) };
    else if (rest !== undefined) yield { problem: unread(text, rest, span) };
    if (rest === undefined || !rest.isDocument) return;
    span = { start: rest.offset, end: span.end };
  }
}

const odd = (text: string, offset: number): TextProblem => ({
  ...BEHIND_MARK,
  offset,
  message: `kubectl takes ${shown(text, offset)} for a "---" with something behind it, and refuses the file`,
});

const unread = (text: string, { offset, isDocument }: NonNullable<Document['rest']>, { end }: Span): TextProblem =>
  isDocument
    ? {
        fault: 'syntax',
        isRead: true,
        offset: Math.min(offset, end),
        message: 'kubectl reads one document up to a line "---", and nothing from here on',
        fix: 'write a line "---" before it; lines end in LF or CRLF',
      }
    : {
        fault: 'syntax',
        offset,
        message: `kubectl reads nothing from here on, without a word: ${shown(text, offset)} belongs to nothing above it`,
        fix: 'give all fields of the object one indentation',
      };

const shown = (text: string, offset: number): string => JSON.stringify(excerpt(text, offset, text.length));

// Separators

interface Chunk extends Span {
  /** Of the lines that begin with `---`. */
  readonly problems: readonly TextProblem[];
  /** Where a line that begins with `---` is no separator. */
  readonly odd?: number;
}

/** Parts of a text between lines that begin with `---`, without the line break at their ends. */
function* chunks(text: string, from: number): Generator<Chunk, void> {
  let start = from;
  let problems: TextProblem[] = [];
  while (start < text.length) {
    const first = text.startsWith('---', start) ? markKind(text, start) : 'mark';
    if (first === 'dashes') {
      problems.push(dashes(text, start));
      start = lineEnd(text, start) + 1;
      continue;
    }
    if (first === 'content') problems.push({ ...BEHIND_MARK, offset: start, message: behindMark(text, start) });
    let odd = first === 'text' ? start : undefined;
    let mark = start;
    let kind: MarkKind;
    do {
      mark = text.indexOf('\n---', mark) + 1;
      kind = mark === 0 ? 'mark' : markKind(text, mark);
      if (kind === 'text') odd ??= mark;
    } while (kind === 'text');
    const end = mark === 0 ? withoutBreak(text) : mark - 1;
    yield { start, end, problems, ...(odd !== undefined && { odd }) };
    problems = [];
    if (mark === 0) return;
    // What stands behind the mark is the beginning of the document.
    start = kind === 'content' ? mark : lineEnd(text, mark) + 1;
    if (kind === 'dashes') problems.push(dashes(text, mark));
  }
  if (problems.length > 0) yield { start: text.length, end: text.length, problems };
}

/**
 * What a line is that begins with `---`: a separator; one that has a document behind it, which YAML allows and kubectl
 * does not; a line of more dashes, which is meant as a separator; or a line of a text.
 */
type MarkKind = 'mark' | 'content' | 'dashes' | 'text';

function markKind(text: string, at: number): MarkKind {
  const rest = text.slice(at + 3, lineEnd(text, at));
  const trimmed = rest.trim();
  if (trimmed === '' || trimmed.startsWith('#')) return 'mark';
  if (/^-+$/.test(trimmed)) return 'dashes';
  return /^\s/.test(rest) ? 'content' : 'text';
}

const BEHIND_MARK = { fault: 'syntax', isRead: true, fix: 'begin the document in the next line' } as const;

const behindMark = (text: string, at: number): string =>
  `kubectl takes nothing but a comment behind "---", and refuses the file: ${shown(text, at)}`;

const dashes = (text: string, at: number): TextProblem => ({
  fault: 'syntax',
  isRead: true,
  offset: at,
  message: `${shown(text, at)} parts no documents, and kubectl refuses the file`,
  fix: 'write "---"',
});

const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
};

/** Before the line break that ends the text. */
const withoutBreak = (text: string): number => (text.endsWith('\n') ? text.length - 1 : text.length);

// Characters

/** What YAML does not let stand in a text. Source: YAML 1.1, 4.1.1 */
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/g;

/** A search that goes through the text once, from chunk to chunk. */
function controlCharacters(text: string, from: number): (span: Span) => TextProblem | undefined {
  let next = -1;
  const find = (at: number): void => {
    CONTROL.lastIndex = at;
    next = CONTROL.exec(text)?.index ?? text.length;
  };
  find(from);
  return ({ start, end }) => {
    if (next < start) find(start);
    if (next >= end) return undefined;
    const code = text.charCodeAt(next);
    const hex = code.toString(16).padStart(4, '0');
    return {
      fault: code === 0 ? 'encoding' : 'syntax',
      offset: next,
      message: `the invisible character U+${hex.toUpperCase()} stands here, and YAML takes none`,
      fix:
        code === 0 ? 'is this a text file at all?' : `remove it; where it is meant, write "\\u${hex}" in double quotes`,
    };
  };
}
