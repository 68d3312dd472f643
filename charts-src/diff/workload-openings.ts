import { inMesh } from '../explain/in-mesh.ts';
import { tokenHeaderNames } from '../explain/token-headers.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { EffectiveMtls, MtlsMode } from '../graph/policies.ts';
import { inboundBypass } from '../graph/traffic-capture.ts';
import { declaredPortsOf, servicePortsOf } from '../graph/workload-ports.ts';
import { workloadName, type Workload } from '../graph/workload.ts';
import type { JWTRule } from '../imports/istio.ts';
import { accessOf, accessOpenings } from './access.ts';
import type { Reference } from './change.ts';
import { grantWords } from './grant.ts';
import type { Opening } from './opening.ts';
import { accountOf, type Pairing } from './pairing.ts';
import { protocolOpenings } from './protocol-openings.ts';

/** What may be done to the pods of each workload, and as whom they act, that could not be before. */
export function workloadOpenings(was: MeshGraph, is: MeshGraph, pairing: Pairing): readonly Opening[] {
  return is.workloads.flatMap((workload) => {
    const previous = pairing.counterpart(workload);
    return previous === undefined
      ? newcomerOpenings(is, workload)
      : counterpartOpenings(was, is, previous, workload, pairing);
  });
}

function counterpartOpenings(
  was: MeshGraph,
  is: MeshGraph,
  previous: Workload,
  workload: Workload,
  pairing: Pairing,
): readonly Opening[] {
  const identity = identityOpenings(was, is, previous, workload, pairing);
  // Without a proxy no policy acts, whatever it says.
  if (!inMesh(workload)) return inMesh(previous) ? [...identity, injectionOpening(workload)] : identity;
  if (!inMesh(previous)) return identity;
  return [
    ...identity,
    ...accessOpenings(accessOf(was, previous, pairing.principalHere), accessOf(is, workload), workload),
    ...mtlsOpenings(was, is, previous, workload),
    ...bypassOpenings(was, is, previous, workload),
    ...protocolOpenings(was, is, previous, workload),
    ...tokenOpenings(issuersOf(was, previous), issuersOf(is, workload), workload),
  ];
}

/** A workload that is new and lets everybody in opens something, too. */
function newcomerOpenings(is: MeshGraph, workload: Workload): readonly Opening[] {
  if (is.servicesOf(workload).length === 0) return [];
  const open = (what: string, by: Reference): Opening => ({
    topic: 'access',
    subject: workloadName(workload),
    opened: `is new, and ${what}`,
    closed: `is gone, and ${what}`,
    by,
  });
  const here = { manifest: workload.manifest, at: [] };
  if (!inMesh(workload)) return [open('has no sidecar: no policy of the mesh guards it', here)];
  return accessOf(is, workload)
    .allows.filter(({ conditions }) =>
      conditions.every(({ field }) => !/^(?:source|remote|request\.auth)\b/.test(field)),
    )
    .map((grant) => open(`lets in ${grantWords(grant)}`, grant.by ?? here));
}

const injectionOpening = (workload: Workload): Opening => ({
  topic: 'injection',
  subject: workloadName(workload),
  opened: 'its pods get no sidecar any more: no policy of the mesh guards them',
  closed: 'its pods get a sidecar: policies of the mesh guard them',
  by: { manifest: workload.manifest, at: workload.at },
});

/** Ports that stop going through the proxy: no policy sees what comes in there. */
function bypassOpenings(was: MeshGraph, is: MeshGraph, previous: Workload, workload: Workload): readonly Opening[] {
  return portsOf(was, is, previous, workload).flatMap((port): readonly Opening[] => {
    if (port === undefined || inboundBypass(previous, port) !== undefined) return [];
    const annotation = inboundBypass(workload, port);
    if (annotation === undefined) return [];
    return [
      {
        topic: 'injection',
        subject: workloadName(workload),
        opened: `port ${port} goes past its proxy: no mutual TLS and no policy of the mesh guards it`,
        closed: `port ${port} goes past its proxy no more: policies of the mesh guard it`,
        by: { manifest: workload.manifest, at: [...workload.at, 'metadata', 'annotations', annotation] },
      },
    ];
  });
}

function identityOpenings(
  was: MeshGraph,
  is: MeshGraph,
  previous: Workload,
  workload: Workload,
  pairing: Pairing,
): readonly Opening[] {
  const account = accountOf(is, workload);
  if (pairing.principalHere(accountOf(was, previous)) === account) return [];
  return [
    {
      topic: 'identity',
      subject: workloadName(workload),
      opened: `acts as ${account}, and may do what policies let that one do`,
      closed: `acts as ${account} no more`,
      by: { manifest: workload.manifest, at: [...workload.at, 'spec', 'serviceAccountName'] },
    },
  ];
}

const STRENGTH: Readonly<Record<MtlsMode, number>> = { STRICT: 2, PERMISSIVE: 1, DISABLE: 0 };

function mtlsOpenings(was: MeshGraph, is: MeshGraph, previous: Workload, workload: Workload): readonly Opening[] {
  const weaker = new Map<
    string,
    { readonly ports: (number | undefined)[]; readonly old: EffectiveMtls; readonly now: EffectiveMtls }
  >();
  for (const port of portsOf(was, is, previous, workload)) {
    const [old, now] = [was.peerAuthentications.modeOf(previous, port), is.peerAuthentications.modeOf(workload, port)];
    if (STRENGTH[now.mode] >= STRENGTH[old.mode]) continue;
    // All ports that one field decides are told together.
    const key = [old.mode, now.mode, now.from?.policy.name, now.from?.at.join('.')].join(' ');
    const known = weaker.get(key);
    if (known) known.ports.push(port);
    else weaker.set(key, { ports: [port], old, now });
  }
  return [...weaker.values()].map(({ ports, old, now }): Opening => {
    const where = ports.includes(undefined) ? '' : ` on port ${ports.join(', ')}`;
    const by = now.from ?? old.from;
    return {
      topic: 'mtls',
      subject: workloadName(workload),
      opened: `mutual TLS ${old.mode} becomes ${now.mode}${where}`,
      closed: `mutual TLS ${now.mode} becomes ${old.mode}${where}`,
      by: by && { manifest: by.policy.manifest, at: by.at },
    };
  });
}

/** Every port that something names, and undefined for all others. */
function portsOf(
  was: MeshGraph,
  is: MeshGraph,
  previous: Workload,
  workload: Workload,
): readonly (number | undefined)[] {
  const served = servicePortsOf(is, workload).map(({ containerPort }) => containerPort);
  const levels = [was, is].flatMap((graph) =>
    graph
      .of('PeerAuthentication')
      .filter(({ namespace }) => namespace === previous.namespace || namespace === workload.namespace)
      .flatMap(({ spec }) => Object.keys(spec.portLevelMtls ?? {}).map(Number)),
  );
  const all = [...new Set([...declaredPortsOf(previous), ...declaredPortsOf(workload), ...served, ...levels])];
  return [undefined, ...all.sort((a, b) => a - b)];
}

/** Whose tokens a workload takes. */
interface Issuer {
  readonly keys: string;
  /** Empty: any. */
  readonly audiences: readonly string[];
  /** Headers that only the proxy may write, by lower-case name. */
  readonly headers: readonly string[];
  /** Where it looks for tokens: what is somewhere else is not judged. */
  readonly places: readonly string[];
  readonly isForwarded: boolean;
  readonly by: Reference;
}

/** Source: Envoy's jwt_authn Extractor */
function placesOf({ fromHeaders = [], fromParams = [], fromCookies = [] }: JWTRule): readonly string[] {
  const named = [
    ...fromHeaders.map(({ name = '' }) => `the header ${name.toLowerCase()}`),
    ...fromParams.map((name) => `the parameter ${name}`),
    ...fromCookies.map((name) => `the cookie ${name}`),
  ];
  return named.length > 0 ? named : ['the header authorization', 'the parameter access_token'];
}

const issuersOf = (graph: MeshGraph, workload: Workload): ReadonlyMap<string, Issuer> =>
  new Map(
    graph.requestAuthentications.for(workload).flatMap(({ spec, manifest }) =>
      (spec.jwtRules ?? []).map((rule, index) => {
        const { issuer = '', jwks = '', jwksUri = '', audiences = [], forwardOriginalToken } = rule;
        const found: Issuer = {
          keys: `${jwks}${jwksUri}`,
          audiences,
          headers: tokenHeaderNames(rule).filter((name) => name !== ''),
          places: placesOf(rule),
          isForwarded: forwardOriginalToken === true,
          by: { manifest, at: ['spec', 'jwtRules', index] },
        };
        return [issuer, found] as const;
      }),
    ),
  );

function tokenOpenings(
  was: ReadonlyMap<string, Issuer>,
  is: ReadonlyMap<string, Issuer>,
  workload: Workload,
): readonly Opening[] {
  const opening = (opened: string, closed: string, by: Reference | undefined): Opening => ({
    topic: 'token',
    subject: workloadName(workload),
    opened,
    closed,
    by,
  });
  const [first] = was.values();
  // Without any issuer nobody looks at tokens, and bad ones pass.
  if (is.size === 0)
    return first === undefined
      ? []
      : [opening('looks at tokens no more: bad ones pass', 'looks at tokens: bad ones are refused', first.by)];
  if (was.size === 0) return [];
  return [...is].flatMap(([name, issuer]): readonly Opening[] => {
    const { keys, audiences, by } = issuer;
    const who = name === '' ? 'any issuer' : name;
    const earlier = was.get(name);
    if (earlier === undefined) return [opening(`takes tokens of ${who}`, `takes tokens of ${who} no more`, by)];
    const isWider =
      earlier.audiences.length > 0 &&
      (audiences.length === 0 || audiences.some((audience) => !earlier.audiences.includes(audience)));
    return [
      ...(earlier.keys === keys
        ? []
        : [
            opening(
              `takes tokens of ${who} that are signed with other keys`,
              `takes no tokens of ${who} by its former keys`,
              by,
            ),
          ]),
      ...(isWider
        ? [
            opening(
              `takes tokens of ${who} for ${audiences.length === 0 ? 'any audience' : audiences.join(', ')}`,
              `takes tokens of ${who} for ${earlier.audiences.join(', ')} only`,
              by,
            ),
          ]
        : []),
      ...handlingOpenings(earlier, issuer).map(([opened, closed]) =>
        opening(`${opened} ${who}`, `${closed} ${who}`, by),
      ),
    ];
  });
}

/** What becomes of the tokens of one issuer: what is looked at no more, what callers may write, what applications see. */
function handlingOpenings(was: Issuer, is: Issuer): readonly (readonly [opened: string, closed: string])[] {
  const places = was.places.filter((place) => !is.places.includes(place));
  const headers = was.headers.filter((name) => !is.headers.includes(name));
  return [
    ...places.map((place) => [`does not look in ${place} for tokens of`, `looks in ${place} for tokens of`] as const),
    ...headers.map(
      (name) =>
        [
          `lets callers write the header ${name}, which was made from tokens of`,
          `lets no caller write the header ${name}, which is made from tokens of`,
        ] as const,
    ),
    ...(is.isForwarded && !was.isForwarded
      ? [['hands its application the tokens of', 'hands its application no tokens of'] as const]
      : []),
  ];
}
