import type { MeshGraph } from '../graph/mesh-graph.ts';
import { actionOf } from '../graph/policies.ts';
import type { Resource } from '../graph/resource.ts';
import { workloadName, type Workload } from '../graph/workload.ts';
import {
  grantCovers,
  grantsAreApart,
  grantsOf,
  grantWords,
  joinedUnits,
  unitsOf,
  type Grant,
  type RenamePrincipal,
} from './grant.ts';
import type { Opening } from './opening.ts';

/** What AuthorizationPolicies say about requests to a workload. */
export interface Access {
  /** Without any policy that allows: everything. */
  readonly allows: readonly Grant[];
  readonly denies: readonly Grant[];
  /** What somebody else is asked about before. */
  readonly asks: readonly (Grant & { readonly provider: string })[];
}

const EVERYTHING: Grant = { conditions: [], by: undefined };
const asWritten: RenamePrincipal = (principal) => principal;

/** What AuthorizationPolicies let in at a workload; those that only pretend (`istio.io/dry-run`) do not count. */
export function accessOf(graph: MeshGraph, workload: Workload, rename: RenamePrincipal = asWritten): Access {
  const policies = graph.authorizationPolicies
    .for(workload)
    .filter(({ manifest }) => manifest.annotations['istio.io/dry-run'] !== 'true');
  const of = (action: ReturnType<typeof actionOf>) => policies.filter((policy) => actionOf(policy) === action);
  const grants = (policy: Resource<'AuthorizationPolicy'>): readonly Grant[] =>
    (policy.spec.rules ?? []).flatMap((rule, index) =>
      grantsOf(rule, { manifest: policy.manifest, at: ['spec', 'rules', index] }, graph.settings.trustDomain, rename),
    );
  const allowing = of('ALLOW');
  return {
    allows: allowing.length > 0 ? allowing.flatMap(grants) : [EVERYTHING],
    denies: of('DENY').flatMap(grants),
    asks: of('CUSTOM').flatMap((policy) =>
      grants(policy).map((grant) => ({ ...grant, provider: policy.spec.provider?.name ?? '' })),
    ),
  };
}

/** Whether some request of a client with this identity may pass at a workload. */
export function mayEnter(graph: MeshGraph, workload: Workload, principal: string | undefined): boolean {
  const { allows, denies } = accessOf(graph, workload);
  const client: Grant = {
    conditions: [{ field: 'source.principal', values: [principal ?? ''], notValues: [] }],
    by: undefined,
  };
  const fitsClient = ({ conditions }: Grant): boolean =>
    conditions
      .filter(({ field }) => field === 'source.principal' || field === 'source.namespace')
      .every((wanted) => grantCovers({ conditions: [wanted], by: undefined }, client));
  return allows.some(
    (allowed) =>
      fitsClient(allowed) &&
      !denies.some((denied) =>
        grantCovers(denied, { ...allowed, conditions: [...allowed.conditions, ...client.conditions] }),
      ),
  );
}

/** What may be done at a workload that could not be done before. */
export function accessOpenings(was: Access, is: Access, workload: Workload): readonly Opening[] {
  const subject = workloadName(workload);
  const opening = (grant: Grant, opened: string, closed: string): Opening => ({
    topic: 'access',
    subject,
    opened: `${opened} ${grantWords(grant)}`,
    closed: `${closed} ${grantWords(grant)}`,
    by: grant.by,
  });
  const isOpen = (grant: Grant): boolean => !is.denies.some((denied) => grantCovers(denied, grant));
  const reaches = (grant: Grant): boolean => is.allows.some((allowed) => !grantsAreApart(allowed, grant));
  return [
    ...joinedUnits(uncovered(is.allows, was.allows).filter(isOpen)).map((grant) =>
      opening(grant, 'lets in', 'lets in no more'),
    ),
    ...joinedUnits(uncovered(was.denies, is.denies).filter(reaches)).map((grant) =>
      opening(grant, 'refuses no more', 'refuses'),
    ),
    ...uncoveredQuestions(was, is).map(({ provider, ...grant }) =>
      opening(grant, `asks ${provider} no more about`, `asks ${provider} about`),
    ),
  ];
}

function uncoveredQuestions(was: Access, is: Access): Access['asks'] {
  return was.asks.filter((asked) => !is.asks.some((one) => one.provider === asked.provider && grantCovers(one, asked)));
}

/** Parts of grants that none of the others covers. */
const uncovered = (grants: readonly Grant[], others: readonly Grant[]): readonly Grant[] =>
  grants
    .filter((grant) => !others.some((wide) => grantCovers(wide, grant)))
    .flatMap(unitsOf)
    .filter((unit) => !others.some((wide) => grantCovers(wide, unit)));
