import { ALL, basisPointsOf, percentOf, type BasisPoints } from '../../../charts-src/canary/basis-points.ts';
import { closest } from '../../../charts-src/model/closest.ts';
import { Failure, type Problem } from '../failure.ts';

/** Share of each version. */
export type Shares = ReadonlyMap<string, BasisPoints>;

/** Reads `v2=25`, as it is typed behind `weft canary set order-service`.
 * @throws Failure with all that is wrong */
export function givenWeights(words: readonly string[]): Shares {
  const shares = new Map<string, BasisPoints>();
  const problems: Problem[] = [];
  for (const word of words) {
    const [, version = '', text = ''] = /^([^=]+)=(.*)$/.exec(word) ?? [];
    const percent = /^\d+(?:\.\d+)?%?$/.test(text) ? Number(text.replace('%', '')) : Number.NaN;
    const share = basisPointsOf(percent);
    const message =
      version === ''
        ? 'is no weight: write version=per cent, such as v2=25'
        : Number.isNaN(percent)
          ? `${JSON.stringify(text)} is no number: write per cent, such as ${version}=25`
          : share === undefined
            ? percent > 100
              ? `${percent} is more than all requests: write per cent from 0 to 100`
              : `${percent} has more than two decimals: write ${version}=${Math.round(percent * 100) / 100}`
            : shares.has(version)
              ? `${version} is named twice: name it once`
              : undefined;
    if (message !== undefined) problems.push({ path: word, message });
    else if (share !== undefined) shares.set(version, share);
  }
  if (problems.length > 0) throw new Failure('these are no weights, and nothing was changed', { problems });
  return shares;
}

/** The shares of all versions: a single one that is not named gets the rest.
 * @throws Failure when that is no 100 per cent of the versions that there are */
export function completeWeights(given: Shares, versions: readonly string[], where: string): Shares {
  const unknown = [...given.keys()].filter((version) => !versions.includes(version));
  if (unknown.length > 0)
    throw new Failure(`${where} has no such version, and nothing was changed`, {
      problems: unknown.map((version) => {
        const meant = closest(version, versions);
        return {
          path: version,
          message: `${meant === undefined ? '' : `did you mean ${meant}? `}There is: ${versions.join(', ') || 'none'}`,
        };
      }),
    });
  const named = [...given.values()].reduce<number>((sum, share) => sum + share, 0);
  const missing = versions.filter((version) => !given.has(version));
  const [rest, ...more] = missing;
  if (named > ALL || (rest === undefined && named !== ALL))
    throw new Failure(
      `${[...given].map(([version, share]) => `${version}=${percentOf(share)}`).join(' ')} is ${named / 100} per cent, and must be 100. Nothing was changed`,
    );
  if (more.length > 0 && named !== ALL)
    throw new Failure(
      `${where} has ${versions.length} versions: say also what ${missing.join(' and ')} get, ${(ALL - named) / 100} per cent together. Nothing was changed`,
    );
  return new Map(
    versions.map((version) => [
      version,
      given.get(version) ?? ((version === rest ? ALL - named : 0) as BasisPoints), // between none and all
    ]),
  );
}
