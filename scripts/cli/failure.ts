import { exitCode, type ExitCode } from './exit-code.ts';

/** One of several things that are wrong. */
export interface Problem {
  /** Construct path, or file. */
  readonly path: string;
  readonly message: string;
}

/** Line of a file. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface FailureDetails {
  readonly exitCode?: ExitCode;
  readonly problems?: readonly Problem[];
  readonly place?: Place | undefined;
}

/** A command cannot do what it was asked for, and says why. Everything else that is thrown is a bug of ours. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: ExitCode;
  readonly problems: readonly Problem[];
  readonly place: Place | undefined;

  constructor(message: string, details: FailureDetails = {}) {
    super(message);
    this.exitCode = details.exitCode ?? exitCode.usage;
    this.problems = details.problems ?? [];
    this.place = details.place;
  }
}

/** The document that `-o json` prints instead of a result. */
export interface FailureDocument {
  readonly schemaVersion: 1;
  readonly kind: 'Failure';
  /** The command, null when none could be told. */
  readonly command: string | null;
  readonly exitCode: number;
  readonly message: string;
  readonly problems: readonly Problem[];
  readonly place: Place | null;
}

/** A failure as a document. */
export const failureDocument = (command: string | null, failure: Failure): FailureDocument => ({
  schemaVersion: 1,
  kind: 'Failure',
  command,
  exitCode: failure.exitCode,
  message: failure.message,
  problems: failure.problems.map(({ path, message }) => ({ path, message })),
  place: failure.place ?? null,
});

/** A failure in words, without the leading "error:". */
export function failureText({ message, problems, place }: Failure): string {
  const lines = [message];
  if (place) lines.push(`  at ${place.file}:${place.line}`);
  for (const problem of problems)
    lines.push(`  ${problem.path || '(the app)'}`, `    ${problem.message.replaceAll('\n', '\n    ')}`);
  return `${lines.join('\n')}\n`;
}
