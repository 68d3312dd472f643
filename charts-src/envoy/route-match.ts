import type { HTTPMatchRequest, StringMatch } from '../imports/istio.ts';
import type { Proto } from './proto.ts';

/** A match of a rule as Envoy takes it. Source: Istio's TranslateRouteMatch */
export function routeMatch(match: HTTPMatchRequest | undefined): Proto {
  if (match === undefined) return { prefix: '/' };
  const { uri, headers = {}, withoutHeaders = {}, queryParams = {}, method, authority, scheme } = match;
  return {
    ...pathMatch(uri),
    case_sensitive: match.ignoreUriCase !== true,
    headers: [
      ...Object.entries(headers).map(([name, text]) => headerMatch(name, text)),
      ...Object.entries(withoutHeaders).map(([name, text]) => ({
        ...headerMatch(name, text),
        invert_match: true,
        // Without this, Envoy takes a header that is missing for one that does not match.
        ...(!isPresence(text) && { treat_missing_header_as_empty: true }),
      })),
      ...(method ? [headerMatch(':method', method)] : []),
      ...(authority ? [headerMatch(':authority', authority)] : []),
      ...(scheme ? [headerMatch(':scheme', scheme)] : []),
    ],
    query_parameters: Object.entries(queryParams).map(([name, text]) =>
      isPresence(text) ? { name, present_match: true } : { name, string_match: stringMatch(text) },
    ),
  };
}

function pathMatch(uri: StringMatch | undefined): Proto {
  if (uri?.exact !== undefined) return { path: uri.exact };
  if (uri?.regex !== undefined) return { safe_regex: { regex: uri.regex } };
  return { prefix: uri?.prefix ?? '/' };
}

const headerMatch = (name: string, text: StringMatch): Proto =>
  isPresence(text) ? { name, present_match: true } : { name, string_match: stringMatch(text) };

const isPresence = ({ exact, prefix, regex }: StringMatch): boolean =>
  regex === '*' || (exact === undefined && prefix === undefined && regex === undefined);

/** A text to match. */
export function stringMatch({ exact, prefix, regex }: StringMatch): Proto {
  if (exact !== undefined) return { exact };
  return prefix !== undefined ? { prefix } : { safe_regex: { regex: regex ?? '.*' } };
}
