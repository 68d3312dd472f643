import type {
  LocalityDistribution,
  LocalityFailover,
  LocalityLoadBalancerSetting,
  ZoneAwareLoadBalancerSetting,
} from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { refused, warned, type Objection, type Objections } from './objection.ts';

const TOPOLOGY_LABELS = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone'];

/** How traffic is shared among regions and zones. */
export function* localityBalancing(at: Path, setting: LocalityLoadBalancerSetting, ejects: boolean): Objections {
  const { distribute = [], failover = [], failoverPriority = [] } = setting;
  if (distribute.length > 0 && failover.length > 0)
    return yield refused([...at, 'failover'], 'both distribute and failover are set', 'keep one of them');
  const topology = failoverPriority.findIndex((label) => TOPOLOGY_LABELS.includes(label));
  if (failover.length > 0 && topology !== -1)
    return yield refused(
      [...at, 'failoverPriority', topology],
      `"${failoverPriority[topology]}" is in failoverPriority, and failover orders regions too`,
      'leave out failover, or this label',
    );
  for (const [index, share] of distribute.entries()) yield* shares([...at, 'distribute', index], share);
  yield* localities(
    distribute.map(({ from = '' }, index) => ({ path: [...at, 'distribute', index, 'from'], name: from })),
  );
  if (failover.length + failoverPriority.length > 0 && !ejects) yield withoutDetection(at);
  for (const [index, each] of failover.entries()) yield* regions([...at, 'failover', index], each);
}

/** How traffic falls over to other regions where zones are handled by Envoy. */
export function* zoneAwareBalancing(at: Path, setting: ZoneAwareLoadBalancerSetting, ejects: boolean): Objections {
  const { failover = [], failoverPriority = [] } = setting;
  for (const [index, label] of failoverPriority.entries())
    if (TOPOLOGY_LABELS.includes(label))
      yield refused(
        [...at, 'failoverPriority', index],
        `"${label}" is in failoverPriority, and regions and zones are ordered without it`,
        'leave it out',
      );
  if (failover.length + failoverPriority.length > 0 && !ejects) yield withoutDetection(at);
  for (const [index, each] of failover.entries()) yield* regions([...at, 'failover', index], each);
}

const withoutDetection = (at: Path): Objection =>
  warned(
    at,
    'there is failover, and no outlierDetection',
    'a place counts as failed when its pods are ejected, and nothing ejects them',
    'add outlierDetection to the same policy',
  );

function* shares(at: Path, { to = {} }: LocalityDistribution): Objections {
  let total = 0;
  for (const [locality, weight] of Object.entries(to)) {
    total += weight;
    if (weight < 1 || weight > 100)
      return yield refused([...at, 'to', locality], `the weight ${weight} is no share`, 'write from 1 to 100');
  }
  if (total !== 100) return yield refused([...at, 'to'], `the weights add up to ${total}`, 'make them add up to 100');
  // A map has no order, so that what covers others is looked at first.
  const names = Object.keys(to).sort((one, other) => Number(other.endsWith('*')) - Number(one.endsWith('*')));
  yield* localities(names.map((name) => ({ path: [...at, 'to', name], name })));
}

interface Locality {
  readonly path: Path;
  readonly name: string;
}

/** Places as `region/zone/subzone`, none of which may lie in one before it. */
function* localities(all: readonly Locality[]): Objections {
  const seen: string[] = [];
  for (const { path, name } of all) {
    const parts = partsOf(name);
    const earlier = seen.find((other) => overlaps(other, name));
    if (!/^[^*]*\*?$/s.test(name)) yield refused(path, `"${name}" has "*" before its end`, 'write "*" at the end only');
    else if (parts.includes(''))
      yield refused(path, `"${name}" has an empty part`, 'write "region", "region/zone" or "region/zone/subzone"');
    else if (earlier !== undefined)
      yield refused(path, `"${name}" overlaps with "${earlier}"`, 'leave one of them out');
    else {
      seen.push(name);
      continue;
    }
    return;
  }
}

/** Region, zone and subzone; what follows belongs to the subzone. */
function partsOf(locality: string): readonly string[] {
  const [region = '', zone, ...subzone] = locality.split('/');
  if (zone === undefined) return [region];
  return subzone.length === 0 ? [region, zone] : [region, zone, subzone.join('/')];
}

/** Whether an earlier place holds a later one, or a later one without wildcard holds an earlier one. */
function overlaps(earlier: string, later: string): boolean {
  const [one, other] = [partsOf(earlier), partsOf(later)];
  for (let level = 0; ; level++) {
    const [first, second] = [one[level], other[level]];
    if (first === '*' || first === undefined || second === undefined) return true;
    if (first !== second) return false;
  }
}

function* regions(at: Path, { from = '', to = '' }: LocalityFailover): Objections {
  if (from === to) yield refused(at, `it fails over from "${from}" to itself`, 'name two regions');
  for (const [field, region] of Object.entries({ from, to }))
    if (/[/*]/.test(region))
      yield refused(
        [...at, field],
        `"${region}" is no single region`,
        'write the name of a region, without zone and "*"',
      );
}
