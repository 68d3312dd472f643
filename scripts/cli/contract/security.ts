import { findingAt, type Findings, type Place } from './finding.ts';
import { described, isJsonObject, objectAt, own, type JsonObject } from './json.ts';

/**
 * What a list of security requirements means at the edge of the mesh, which can check tokens (JWT) and nothing else:
 * `user` when every alternative asks for one.
 */
export function securityOf(
  document: JsonObject,
  requirements: unknown,
  place: Place,
  findings: Findings,
): 'user' | 'none' {
  if (requirements === undefined) return 'none';
  if (!Array.isArray(requirements) || !requirements.every(isJsonObject)) {
    findings.problems.push(
      findingAt(
        place,
        `is ${Array.isArray(requirements) ? 'a list with something that is no object' : described(requirements)}`,
        'whether a token is needed is unknown',
        'write a list of objects, as in `security: [{ userToken: [] }]`; `[]` when nothing is needed',
      ),
    );
    return 'none';
  }
  const schemes = [...new Set(requirements.flatMap((requirement) => Object.keys(requirement)))];
  const tokens = new Set(schemes.filter((name) => isToken(document, name, place, findings)));
  const withToken = requirements.filter((requirement) => Object.keys(requirement).some((name) => tokens.has(name)));
  if (withToken.length > 0 && withToken.length < requirements.length)
    findings.notes.push(
      findingAt(
        place,
        'a token is one alternative of several',
        'the mesh then lets requests without a token pass, and the service has to judge them',
        'nothing, when the service does; else leave only the alternatives with a token',
      ),
    );
  return requirements.length > 0 && withToken.length === requirements.length ? 'user' : 'none';
}

/** Whether a scheme is a token that Istio's RequestAuthentication can check. Anything else is noted. */
function isToken(document: JsonObject, name: string, place: Place, findings: Findings): boolean {
  const schemes = own(own(document, 'components'), 'securitySchemes');
  const declared = own(schemes, name);
  const at: Place = ['components', 'securitySchemes', name];
  if (declared === undefined) {
    const known = Object.keys(isJsonObject(schemes) ? schemes : {});
    findings.problems.push(
      findingAt(
        place,
        `names the security scheme "${name}", which is not declared (declared: ${known.join(', ') || 'none'})`,
        'whether a token is needed is unknown',
        `declare it below components.securitySchemes, or name a declared one`,
      ),
    );
    return false;
  }
  const scheme = objectAt(document, declared, at, findings);
  if (scheme === undefined) return false;
  const type = own(scheme, 'type');
  const kind = type === 'http' ? `http ${String(own(scheme, 'scheme')).toLowerCase()}` : type;
  if (kind === 'http bearer' || kind === 'oauth2' || kind === 'openIdConnect') return true;
  findings.notes.push(
    findingAt(
      at,
      `is of type ${typeof kind === 'string' ? `"${kind}"` : described(kind)}`,
      'the mesh can check tokens (JWT) only, so it lets such requests pass',
      'nothing, when the service checks it; else use a bearer token',
    ),
  );
  return false;
}
