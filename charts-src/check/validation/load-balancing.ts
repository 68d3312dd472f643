import type { ConsistentHash, DestinationRuleSpec, HTTPCookie, LoadBalancerSettings } from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { goDuration } from './go-duration.ts';
import { localityBalancing, zoneAwareBalancing } from './locality-balancing.ts';
import { refused, warned, type Objections } from './objection.ts';
import { policyBlocks } from './traffic-policies.ts';

/** How one of several pods is picked. */
export function* loadBalancing(spec: DestinationRuleSpec): Objections {
  for (const { at, policy } of policyBlocks(spec))
    if (policy.loadBalancer !== undefined)
      yield* balancer([...at, 'loadBalancer'], policy.loadBalancer, policy.outlierDetection !== undefined);
}

function* balancer(at: Path, settings: LoadBalancerSettings, ejects: boolean): Objections {
  const { consistentHash, localityLbSetting, zoneAwareLbSetting, warmup } = settings;
  if (consistentHash !== undefined) yield* hash([...at, 'consistentHash'], consistentHash);
  if (localityLbSetting !== undefined && zoneAwareLbSetting !== undefined)
    yield refused(
      [...at, 'zoneAwareLbSetting'],
      'both localityLbSetting and zoneAwareLbSetting are set',
      'keep one of them',
    );
  if (localityLbSetting !== undefined)
    yield* localityBalancing([...at, 'localityLbSetting'], localityLbSetting, ejects);
  if (zoneAwareLbSetting !== undefined)
    yield* zoneAwareBalancing([...at, 'zoneAwareLbSetting'], zoneAwareLbSetting, ejects);
  if (warmup?.aggression === 0)
    yield refused(
      [...at, 'warmup', 'aggression'],
      'the aggression 0 never warms up',
      'write a number above 0, or leave it out',
    );
}

const MAGLEV_LIMIT = 5_000_011;

function* hash(at: Path, settings: ConsistentHash): Objections {
  const { httpCookie, minimumRingSize = 0, ringHash, maglev } = settings;
  if (httpCookie !== undefined) yield* cookie([...at, 'httpCookie'], httpCookie);
  if (minimumRingSize !== 0)
    yield warned(
      [...at, 'minimumRingSize'],
      'minimumRingSize is deprecated',
      'a later version of Istio will not read it',
      `write ringHash: { minimumRingSize: ${minimumRingSize} }`,
    );
  if (minimumRingSize !== 0 && (ringHash !== undefined || maglev !== undefined))
    yield refused(
      [...at, 'minimumRingSize'],
      'minimumRingSize is set beside ringHash or maglev',
      'keep ringHash or maglev only',
    );
  if (maglev === undefined) return;
  const { tableSize = 0 } = maglev;
  if (tableSize === 0)
    yield refused([...at, 'maglev', 'tableSize'], 'maglev has no tableSize', 'write a prime number, such as 65537');
  else if (tableSize >= MAGLEV_LIMIT || !isPrime(tableSize))
    yield refused(
      [...at, 'maglev', 'tableSize'],
      `the tableSize ${tableSize} is no prime number below ${MAGLEV_LIMIT}`,
      'write a prime number, such as 65537',
    );
}

function* cookie(at: Path, { name, attributes = [], ttl }: HTTPCookie): Objections {
  if (name === '') yield refused([...at, 'name'], 'the cookie has no name', 'add "name"');
  const seen = new Set<string>();
  for (const [index, attribute] of attributes.entries()) {
    const path = [...at, 'attributes', index, 'name'];
    if (attribute.name === '')
      yield refused(path, 'the attribute of the cookie has no name', 'name it, such as "SameSite"');
    else if (seen.has(attribute.name))
      yield refused(path, `the attribute "${attribute.name}" is there twice`, 'keep one of them');
    seen.add(attribute.name);
  }
  if (ttl !== undefined && goDuration(ttl) === undefined)
    yield refused(
      [...at, 'ttl'],
      `"${ttl}" is no duration`,
      'write a number and a unit, such as "1h", or "0s" for a session',
    );
}

function isPrime(number: number): boolean {
  if (number < 4) return number > 0;
  for (let factor = 2; factor * factor <= number; factor++) if (number % factor === 0) return false;
  return true;
}
