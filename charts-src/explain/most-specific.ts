import { bySpecificity, hostCovers } from '../model/host.ts';

/** Of all whose host covers a name, the one with the most specific host; the first of equals. */
export const mostSpecific = <T>(all: readonly T[], hostOf: (item: T) => string, name: string): T | undefined =>
  all.filter((item) => hostCovers(hostOf(item), name)).sort((a, b) => bySpecificity(hostOf(a), hostOf(b)))[0];
