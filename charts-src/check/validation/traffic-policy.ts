import type {
  DestinationRuleSpec,
  PortTrafficPolicy,
  RetryBudget,
  TrafficPolicy,
  TunnelSettings,
} from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { goDuration } from './go-duration.ts';
import { nameProblem } from './host-syntax.ts';
import { isIp } from './ip-syntax.ts';
import { refused, type Objections } from './objection.ts';
import { portNumber } from './port-number.ts';
import { isEmptyPortPolicy, wholePolicies } from './traffic-policies.ts';

const FIELDS =
  'connectionPool, loadBalancer, outlierDetection, tls, portLevelSettings, tunnel, proxyProtocol or retryBudget';

/** The policies of a DestinationRule as a whole: that they say something, and nothing that excludes each other. */
export function* trafficPolicy(spec: DestinationRuleSpec): Objections {
  for (const { at, policy } of wholePolicies(spec)) yield* whole(at, policy);
}

function* whole(at: Path, policy: TrafficPolicy): Objections {
  if (Object.entries(policy).every(([field, value]) => value === undefined || isEmptyList(field, value)))
    yield refused(at, 'the policy says nothing', `add ${FIELDS}, or leave it out`);
  if (policy.tunnel !== undefined && policy.proxyProtocol !== undefined)
    yield refused([...at, 'proxyProtocol'], 'both tunnel and proxyProtocol are set', 'keep one of them');
  for (const [index, port] of (policy.portLevelSettings ?? []).entries())
    yield* ofPort([...at, 'portLevelSettings', index], port);
  if (policy.tunnel !== undefined) yield* tunnel([...at, 'tunnel'], policy.tunnel);
  if (policy.retryBudget !== undefined) yield* budget([...at, 'retryBudget'], policy.retryBudget);
}

const isEmptyList = (field: string, value: unknown): boolean =>
  field === 'portLevelSettings' && Array.isArray(value) && value.length === 0;

function* ofPort(at: Path, policy: PortTrafficPolicy): Objections {
  if (policy.port === undefined) yield refused([...at, 'port'], 'it says for no port', 'add "port: { number: 80 }"');
  if (isEmptyPortPolicy(policy))
    yield refused(
      at,
      'the policy of the port says nothing',
      'add connectionPool, loadBalancer, outlierDetection or tls',
    );
}

function* tunnel(at: Path, { protocol = '', targetHost, targetPort }: TunnelSettings): Objections {
  if (protocol !== '' && protocol !== 'CONNECT' && protocol !== 'POST')
    yield refused([...at, 'protocol'], `"${protocol}" opens no tunnel`, 'write CONNECT or POST');
  const problem = isIp(targetHost) ? undefined : nameProblem(targetHost);
  if (problem !== undefined) yield refused([...at, 'targetHost'], problem, 'write a full host name or an IP address');
  yield* portNumber([...at, 'targetPort'], targetPort);
}

function* budget(at: Path, { budgetInterval }: RetryBudget): Objections {
  if (budgetInterval !== undefined && goDuration(budgetInterval) === undefined)
    yield refused(
      [...at, 'budgetInterval'],
      `"${budgetInterval}" is no duration`,
      'write a number and a unit, such as "10s"',
    );
}
