import type { StringMatch } from '../../imports/istio.ts';
import { requestRules } from '../request-rules.ts';
import type { Rule } from '../rule.ts';

/** Every site that a user visits may call with the user's cookies, and read the answer. */
export const credentialsForAnyOrigin = {
  code: 'W257',
  name: 'credentials-for-any-origin',
  severity: 'warning',
  summary: 'A corsPolicy lets any site call with the credentials of its visitors.',
  reads: ['VirtualService'],
  *check(graph) {
    const told = new Set<unknown>();
    for (const { rule } of requestRules(graph)) {
      const { corsPolicy } = rule.http;
      if (corsPolicy?.allowCredentials !== true || told.has(corsPolicy)) continue;
      told.add(corsPolicy);
      const index = (corsPolicy.allowOrigins ?? []).findIndex(isAnybody);
      if (index < 0) continue;
      const { virtualService, at } = rule.placeOf('corsPolicy');
      yield {
        manifest: virtualService.manifest,
        at: [...at, 'allowOrigins', index],
        message: `${JSON.stringify(corsPolicy.allowOrigins?.[index])} is every origin, and allowCredentials is true: Envoy answers with the very origin that asks, so any site may call with the cookies of its visitors and read what they may read`,
        fix: 'name the origins: exact: https://www.example.com, or leave out allowCredentials',
      };
    }
  },
} satisfies Rule;

/** Source: Envoy's CORS filter, which takes an exact "*" for every origin */
const isAnybody = ({ exact, prefix, regex }: StringMatch): boolean =>
  exact === '*' ||
  (prefix !== undefined && /^(?:h(?:t(?:t(?:p(?:s(?::(?:\/(?:\/)?)?)?|:(?:\/(?:\/)?)?)?)?)?)?)?$/.test(prefix)) ||
  (regex !== undefined && /^\^?(?:https\??:\/\/|https\?:\/\/)?\.[*+]\$?$/.test(regex)) ||
  regex === '*';
