import type { ReadProblem } from '../../charts-src/manifest/manifest.ts';

/** What the commands that answer from manifests say of a place that could not be read, or not as kubectl reads it. */
export const readNote = ({ at, message, fix, isRead }: ReadProblem): string =>
  `note: ${at.file}:${at.line}${isRead === true ? '' : ' was left out'}: ${message}. ${fix}\n`;
