/** Exit codes of every command. Scripts depend on them: a number never changes its meaning. */
export const exitCode = {
  ok: 0,
  /** The answer is no: findings, a difference, a gate that failed. */
  no: 1,
  /** Wrong usage, configuration or plan. */
  usage: 2,
  /** Cluster or metrics unreachable, timed out, or held by another run. */
  unreachable: 3,
  /** A bug of ours. */
  bug: 4,
  interrupted: 130,
  terminated: 143,
} as const;

/** One of {@link exitCode}. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** What `--help` says about them. */
export const EXIT_CODES_HELP =
  'Exit codes: 0 fine; 1 the answer is no; 2 wrong usage or configuration; 3 cluster or metrics\n' +
  'unreachable; 4 a bug in weft; 130, 143 interrupted.';
