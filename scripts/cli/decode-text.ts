import type { ReadProblem } from '../../charts-src/manifest/manifest.ts';

/** What the bytes of a file say. */
export interface Decoded {
  /** Undefined when they are no text. */
  readonly text: string | undefined;
  readonly problem?: ReadProblem;
}

/**
 * The text that bytes hold. Text in another encoding is read as well as kubectl reads it, and told: kubectl puts marks
 * in place of letters that are no UTF-8, and other tools refuse the file.
 */
export function decodeText(file: string, bytes: Uint8Array): Decoded {
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined;
  if (utf16 !== undefined)
    return { text: new TextDecoder(utf16).decode(bytes), problem: encodingProblem(file, UTF_16) };
  if (bytes.subarray(0, LONGEST_LOOK).includes(0)) {
    // Text in UTF-16 without its mark has a zero in every other byte.
    const isUtf16 = bytes[0] === 0 || bytes[1] === 0;
    return { text: undefined, problem: encodingProblem(file, isUtf16 ? UTF_16 : BINARY) };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) return { text: undefined, problem: tooLarge(file) };
  }
  const text = new TextDecoder().decode(bytes);
  const { before, byte } = firstInvalid(bytes);
  const lines = before.split(/\r\n|\r|\n/);
  const at = { file, line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
  // A few letters are of another encoding; a third of all is no text.
  if ((text.match(/\ufffd/g)?.length ?? 0) > text.length / 3)
    return { text: undefined, problem: { ...encodingProblem(file, BINARY), at } };
  const hex = byte.toString(16).toUpperCase();
  return {
    text,
    problem: {
      fault: 'encoding',
      at,
      message: `the byte 0x${hex} is no UTF-8, and kubectl puts a mark in its place; in Latin-1 it is ${JSON.stringify(String.fromCharCode(byte))}`,
      fix: 'save the file as UTF-8',
    },
  };
}

/** How many bytes are looked at to tell a text from a binary. */
const LONGEST_LOOK = 8_000;

const UTF_16 = {
  message:
    'the file is UTF-16: kubectl reads it only with its mark of two bytes, and Helm, Kustomize and git not at all',
  fix: 'save it as UTF-8; PowerShell writes UTF-16 with ">", and UTF-8 with Set-Content -Encoding utf8',
};
const BINARY = {
  message: 'the file is no text',
  fix: 'name the manifests instead; an archive has to be unpacked first',
};

const encodingProblem = (file: string, words: Pick<ReadProblem, 'message' | 'fix'>): ReadProblem => ({
  fault: 'encoding',
  at: { file, line: 1, column: 1 },
  ...words,
});

const tooLarge = (file: string): ReadProblem => ({
  fault: 'too-large',
  at: { file, line: 1, column: 1 },
  message: 'the file is larger than any text can be',
  fix: 'split it',
});

/** The first byte that is no UTF-8, and the text before it. */
function firstInvalid(bytes: Uint8Array): { readonly before: string; readonly byte: number } {
  let [valid, invalid] = [0, bytes.length];
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (isValid(bytes.subarray(0, middle))) valid = middle;
    else invalid = middle;
  }
  // What is only begun at the end is no mistake yet: the sequence that the byte breaks begins before it.
  const before = new TextDecoder().decode(bytes.subarray(0, valid), { stream: true });
  const start = new TextEncoder().encode(before).length;
  return { before, byte: bytes[start] ?? 0 };
}

function isValid(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
