import type {
  Acknowledgement,
  AcknowledgementQuestion,
  DataPlane,
  ProxyName,
} from '../../../charts-src/canary/ports/acknowledgement.ts';
import type { Cancellation } from '../../../charts-src/canary/ports/cancellation.ts';
import type { Reference } from '../../../charts-src/canary/ports/cluster.ts';
import type { PortFailure, Result } from '../../../charts-src/canary/ports/failure.ts';
import { holdsWrite, isOf, routesPath, routesTo, type EnvoyRoute } from './envoy-routes.ts';
import { judgeVersions } from './proxy-versions.ts';
import type { Source } from './source.ts';
import { proxyName, readSyncz, type ProxyStatus } from './syncz.ts';
import type { Istiod, PodState, WayIn } from './way-in.ts';

/** The proxies of a real mesh as witnesses. */
export interface LiveDataPlane extends DataPlane {
  /** What acknowledgement has asked for so far, apart from calls to the API server. */
  readonly asked: { readonly envoys: number; readonly istiods: number };
}

/** Dumps that one look asks for to find out about proxies that nothing is known of: the next look goes on. */
const DUMPS_A_LOOK = 8;

/** Proxies that one look tries until one can witness. */
const WITNESSES_A_LOOK = 4;

/** So long after others had the write, a proxy that was sent nothing is one that does not follow what was written... */
const UNTOUCHED_MS = 2_000;

/** ...or, if it did follow before, so long: no istiod holds a push back for more than 10 s. */
const UNTOUCHED_FOLLOWER_MS = 11_000;

/** A proxy that could not be asked so often in a row is asked no more. */
const MAX_FAILURES = 3;

/** Proxies that have not got a write after so long are looked at one by one. */
const LATE_MS = 1_000;

/** How often the state of a pod is looked up at most. */
const POD_STATE_MS = 1_000;

/** A write at one istiod. */
interface Arrival {
  /** Highest version that a proxy was seen with that did not hold the write yet. */
  without: number;
  /** By VirtualService: a version that holds it. */
  readonly holding: Map<string, number>;
}

/** What an istiod says, and what is known of a write there. */
interface View {
  readonly istiod: Source;
  readonly proxies: readonly ProxyStatus[];
  readonly arrival: Arrival;
}

/**
 * Asks whether a write has arrived, by the signs that hold (docs/canary-acknowledged.md): the marker in the dump of one
 * Envoy of each istiod, then the versions that the others acknowledged. `sent = acked` alone is true right after a write
 * as well, and istiod's own `config_dump` is never asked for: that can freeze old routes in istiod's cache.
 */
export function liveDataPlane(way: WayIn, nowMs: () => number = () => performance.now()): LiveDataPlane {
  const asked = { envoys: 0, istiods: 0 };
  const arrivals = new Map<string, Arrival>();
  /** Proxies that are known to have routes to the hosts, and those that are known to have none. */
  const followers = new Set<string>();
  const strangers = new Set<string>();
  /** How often in a row a proxy could not be asked. */
  const failures = new Map<string, number>();
  /** Route configurations that hold the routes: the rest of a dump can be large. */
  const configurations = new Map<string, readonly string[]>();
  const namedEnvoys = new Map<Source, string>();
  const podStates = new Map<string, { readonly state: PodState; readonly atMs: number }>();
  let question: AcknowledgementQuestion = { hosts: [], marker: null, virtualServices: [], weights: [] };
  let lastMarker: string | null = null;
  /** When the write was seen first; undefined: it was not. */
  let seenAtMs: number | undefined;
  let askedFirstAtMs = nowMs();
  /** Why the istiods tell us nothing. */
  let refusal: PortFailure | undefined;

  /** Another write than at the last look starts from what is known of versions so far. */
  const begin = (next: AcknowledgementQuestion): void => {
    if (JSON.stringify(next) === JSON.stringify(question)) return;
    if (question.marker !== next.marker) lastMarker = question.marker;
    question = next;
    seenAtMs = undefined;
    askedFirstAtMs = nowMs();
    for (const { holding } of arrivals.values()) holding.clear();
  };

  const routesOf = async (source: Source, signal: Cancellation): Promise<Result<readonly EnvoyRoute[]>> => {
    asked.envoys += 1;
    const answer = await source.get(routesPath(configurations.get(source.name) ?? []), signal);
    if (!answer.ok) return answer;
    const routes = routesTo(question.hosts, answer.value);
    if (routes === undefined) return { ok: false, failure: notUnderstood(source, answer.value) };
    // What was found may be gone: then the next look looks everywhere again.
    if (routes.length === 0) configurations.delete(source.name);
    else configurations.set(source.name, [...new Set(routes.map(({ configuration }) => configuration))]);
    return { ok: true, value: routes };
  };

  const proxiesOf = async (istiod: Source, signal: Cancellation): Promise<Result<readonly ProxyStatus[]>> => {
    asked.istiods += 1;
    const answer = await istiod.get('/debug/syncz', signal);
    if (!answer.ok) return answer;
    const proxies = readSyncz(answer.value);
    return proxies === undefined
      ? { ok: false, failure: notUnderstood(istiod, answer.value) }
      : { ok: true, value: proxies };
  };

  /** The admin port of a connected proxy, by its id. */
  const envoyOf = (id: string): Source | undefined => {
    for (const [source, named] of namedEnvoys) if (named === id) return source;
    return way.envoy(proxyName(id));
  };

  /** The routes of a connected proxy; undefined when it cannot be asked. */
  const dumpOf = async (id: string, signal: Cancellation): Promise<readonly EnvoyRoute[] | undefined> => {
    const source = envoyOf(id);
    if (source === undefined) return undefined;
    const routes = await routesOf(source, signal);
    if (!routes.ok) {
      failures.set(id, (failures.get(id) ?? 0) + 1);
      return undefined;
    }
    failures.delete(id);
    (routes.value.length > 0 ? followers : strangers).add(id);
    (routes.value.length > 0 ? strangers : followers).delete(id);
    return routes.value;
  };

  /** Finds out which proxies the Envoys are that were named by a URL. */
  const identify = async (signal: Cancellation): Promise<void> => {
    for (const source of way.envoys) {
      if (namedEnvoys.has(source)) continue;
      asked.envoys += 1;
      const info = await source.get('/server_info', signal);
      const id = info.ok ? /"id":\s*"[^~"]*~[^~"]*~([^~"]+)~/.exec(info.value)?.[1] : undefined;
      if (id !== undefined) namedEnvoys.set(source, id);
    }
  };

  /** Those that have the newest version first: a proxy that hangs must not be the only one that is looked at. */
  const candidates = ({ proxies }: View): readonly ProxyStatus[] =>
    proxies
      .filter(({ id, sent }) => sent !== undefined && !strangers.has(id) && envoyOf(id) !== undefined)
      .sort(
        (one, other) =>
          (failures.get(one.id) ?? 0) - (failures.get(other.id) ?? 0) ||
          (other.acked ?? 0) - (one.acked ?? 0) ||
          Number(followers.has(other.id)) - Number(followers.has(one.id)) ||
          Number(isNear(other.id)) - Number(isNear(one.id)),
      );

  const isNear = (id: string): boolean =>
    question.virtualServices.some(({ namespace }) => namespace === proxyName(id).namespace);

  /** Looks whether a proxy of this istiod holds what was written to this VirtualService. */
  const lookForWitness = async (
    view: View,
    of: Reference,
    signal: Cancellation,
  ): Promise<'seen' | 'not-yet' | 'nobody'> => {
    const { istiod, arrival } = view;
    if (arrival.holding.has(keyOf(of))) return 'seen';
    let tries = 0;
    let found: 'not-yet' | 'nobody' = 'nobody';
    for (const { id, acked } of candidates(view)) {
      if (tries === WITNESSES_A_LOOK) return 'not-yet';
      tries += 1;
      const routes = await dumpOf(id, signal);
      if (routes === undefined || routes.length === 0) continue;
      if (question.virtualServices.length > 1 && !routes.some((route) => isOf(route, of))) continue;
      found = 'not-yet';
      if (!holdsWrite(routes, question, lastMarker, of)) {
        arrival.without = Math.max(arrival.without, acked ?? 0);
        // One that istiod waits for tells nothing about the others.
        if (acked === view.proxies.find((proxy) => proxy.id === id)?.sent) return 'not-yet';
        continue;
      }
      // What it was sent by now is what it holds or newer; what istiod knows it acknowledged may still be older.
      const after = await proxiesOf(istiod, signal);
      const sent = after.ok ? after.value.find((proxy) => proxy.id === id)?.sent : undefined;
      if (sent === undefined) return 'not-yet';
      arrival.holding.set(keyOf(of), sent);
      return 'seen';
    }
    return found;
  };

  const podState = async (id: string, signal: Cancellation): Promise<PodState> => {
    const known = podStates.get(id);
    if (known !== undefined && nowMs() - known.atMs < POD_STATE_MS) return known.state;
    const state = await way.podState(proxyName(id), signal);
    podStates.set(id, { state, atMs: nowMs() });
    return state;
  };

  /** Only the named Envoys can be asked: each has to hold the write, and what others have stays unknown. */
  const askNamed = async (signal: Cancellation): Promise<Result<Acknowledgement>> => {
    await identify(signal);
    const holding: Source[] = [];
    const lagging: Source[] = [];
    for (const source of way.envoys) {
      const routes = await routesOf(source, signal);
      if (!routes.ok) return passing(routes.failure);
      if (routes.value.length === 0) continue;
      (holdsWrite(routes.value, question, lastMarker) ? holding : lagging).push(source);
    }
    const proxies = holding.length + lagging.length;
    if (proxies === 0)
      return unobservable(`no proxy that can be asked ${way.how} has a route to ${question.hosts.join(', ')}`);
    if (lagging.length > 0)
      return pending({
        markerSeen: holding.length > 0,
        holding: holding.length,
        proxies,
        lagging: lagging.map(nameOf),
      });
    return way.envoysAreAll
      ? acknowledged(proxies, `the marker in each of them, ${way.how}`)
      : unobservable(`the nearest proxy holds it, and istiod cannot be asked about the others ${way.how}${because()}`);
  };

  const nameOf = (source: Source): ProxyName => {
    const id = namedEnvoys.get(source);
    return id === undefined ? { namespace: '', pod: source.name } : proxyName(id);
  };

  const because = (): string => (refusal === undefined ? '' : ` (${refusal.message})`);

  /** Looks into proxies of which nothing but a dump can tell: those that have the write, those that have not, the rest. */
  const lookInto = async (ids: readonly string[], signal: Cancellation) => {
    const looked = await Promise.all(
      ids.slice(0, DUMPS_A_LOOK).map(async (id) => ({ id, routes: await dumpOf(id, signal) })),
    );
    const concerned = looked.filter(({ routes }) => routes?.length !== 0);
    const holds = concerned.filter(({ routes }) => routes !== undefined && holdsWrite(routes, question, lastMarker));
    const holding = new Set(holds.map(({ id }) => id));
    const rest = concerned.map(({ id }) => id).filter((id) => !holding.has(id));
    return { holding: [...holding], lagging: [...rest, ...ids.slice(DUMPS_A_LOOK)] };
  };

  /** Judges every connected proxy by its versions, by its dump, or, where neither can be had, by time. */
  const judge = async (views: readonly View[], signal: Cancellation) => {
    const holding: string[] = [];
    const lagging: string[] = [];
    const unclear: string[] = [];
    const timed: string[] = [];
    const sinceSeenMs = seenAtMs === undefined ? 0 : nowMs() - seenAtMs;
    const isLate = nowMs() - askedFirstAtMs >= LATE_MS;
    for (const { proxies, arrival } of views) {
      const isWitnessed = arrival.holding.size > 0;
      const progress = {
        without: arrival.without,
        holding: isWitnessed ? Math.max(...arrival.holding.values()) : undefined,
      };
      for (const proxy of proxies) {
        const { id } = proxy;
        const verdict = judgeVersions(proxy, progress);
        if (verdict === 'holds') {
          strangers.delete(id);
          followers.add(id);
          holding.push(id);
        } else if (strangers.has(id) || (verdict === 'routeless' && !followers.has(id))) {
          // Not one that routes to the host, or not yet: then it will be sent the newest routes.
        } else if (!isWitnessed) {
          // Nobody at this istiod could be looked into.
          const isInStep = proxy.sent === proxy.acked && seenAtMs !== undefined && sinceSeenMs >= UNTOUCHED_MS;
          (isInStep ? timed : lagging).push(id);
        } else if (verdict === 'routeless' || (verdict === 'lags' && followers.has(id) && !isLate)) lagging.push(id);
        else if (envoyOf(id) !== undefined && (failures.get(id) ?? 0) < MAX_FAILURES) unclear.push(id);
        else if (verdict === 'lags' || sinceSeenMs < (followers.has(id) ? UNTOUCHED_FOLLOWER_MS : UNTOUCHED_MS))
          lagging.push(id);
        else if (verdict === 'between') timed.push(id);
        else strangers.add(id);
      }
    }
    const looked = await lookInto(unclear, signal);
    return { holding: [...holding, ...looked.holding], lagging: [...lagging, ...looked.lagging], timed };
  };

  /** Followers that no istiod is connected with any more, though their pods take traffic, have what they had. */
  const cutOff = async (views: readonly View[], signal: Cancellation): Promise<readonly string[]> => {
    const connected = new Set(views.flatMap(({ proxies }) => proxies.map(({ id }) => id)));
    const cut: string[] = [];
    for (const id of followers) {
      if (connected.has(id)) continue;
      if ((await podState(id, signal)) === 'serving') cut.push(id);
      else followers.delete(id);
    }
    return cut;
  };

  /** Undefined when no proxy of theirs can witness. */
  const askIstiods = async (
    istiods: readonly Istiod[],
    signal: Cancellation,
  ): Promise<Result<Acknowledgement> | undefined> => {
    await identify(signal);
    const views: View[] = [];
    const answers = await Promise.all(
      istiods.map(async (istiod) => ({ ...istiod, proxies: await proxiesOf(istiod.source, signal) })),
    );
    for (const { source, isReady, proxies } of answers) {
      if (!proxies.ok) {
        if (isRefusal(proxies.failure)) {
          refusal = proxies.failure;
          return undefined;
        }
        if (isReady) return passing(proxies.failure);
        continue;
      }
      const arrival = arrivals.get(source.name) ?? { without: 0, holding: new Map() };
      // An istiod that was started again counts from the beginning.
      const newest = Math.max(0, ...proxies.value.map(({ sent }) => sent ?? 0));
      if (newest < arrival.without) arrival.without = 0;
      if (newest < Math.max(0, ...arrival.holding.values())) arrival.holding.clear();
      arrivals.set(source.name, arrival);
      if (proxies.value.length > 0) views.push({ istiod: source, proxies: proxies.value, arrival });
    }
    const looks: ('seen' | 'not-yet' | 'nobody')[] = [];
    for (const view of views)
      for (const virtualService of question.virtualServices)
        looks.push(await lookForWitness(view, virtualService, signal));
    if (looks.every((look) => look === 'nobody')) return undefined;
    const isSeen = looks.every((look) => look !== 'not-yet');
    if (isSeen) seenAtMs ??= nowMs();
    const { holding, lagging, timed } = await judge(views, signal);
    const waitedFor: string[] = [];
    // A push takes a moment. Who takes longer may be about to end; of many who do, some are enough to ask about.
    const isLate = nowMs() - askedFirstAtMs >= LATE_MS;
    for (const [index, id] of lagging.entries())
      if (!isLate || index >= DUMPS_A_LOOK || (await podState(id, signal)) !== 'leaving') waitedFor.push(id);
    if (isSeen && waitedFor.length === 0) waitedFor.push(...(await cutOff(views, signal)));
    const proxies = holding.length + timed.length + waitedFor.length;
    if (!isSeen || waitedFor.length > 0)
      return pending({
        markerSeen: looks.includes('seen'),
        holding: holding.length + timed.length,
        proxies,
        lagging: waitedFor.map(proxyName),
      });
    const byTime = timed.length === 0 ? '' : `; of ${timed.length} that could not be looked into, by time`;
    return acknowledged(proxies, `the marker in one of them, then the versions they acknowledged, ${way.how}${byTime}`);
  };

  return {
    asked,
    acknowledgement: async (next, signal) => {
      if (next.marker === null && next.weights.length === 0)
        return unobservable('the weights are in routes of TLS or TCP, which no proxy shows with a marker');
      begin(next);
      // Who has no right to ask has none at the next look either; a token may be renewed.
      const istiods: Result<readonly Istiod[]> =
        refusal?.type === 'forbidden' ? { ok: true, value: [] } : await way.istiods(signal);
      if (!istiods.ok) return passing(istiods.failure);
      if (istiods.value.length > 0) {
        const answer = await askIstiods(istiods.value, signal);
        if (answer !== undefined) return answer;
      }
      if (way.envoys.length > 0) return askNamed(signal);
      return unobservable(
        istiods.value.length > 0 && refusal === undefined
          ? `no proxy that can be asked ${way.how} has a route to ${question.hosts.join(', ')}`
          : `neither proxies nor istiod can be asked ${way.how}${because()}`,
      );
    },
    close: () => {
      way.close();
      return Promise.resolve();
    },
  };
}

const keyOf = ({ namespace, name }: Reference): string => `${namespace}/${name}`;

/** istiod, or the API server on the way to it, does not let us look: that does not pass. */
const isRefusal = ({ type }: PortFailure): boolean => type === 'forbidden' || type === 'unauthenticated';

/** Whatever goes wrong at a proxy or an istiod, another look may find others. */
const passing = (failure: PortFailure): Result<never> => ({
  ok: false,
  failure: failure.retryable
    ? failure
    : { type: 'unreachable', retryable: true, uncertain: false, message: failure.message, cause: failure },
});

const acknowledged = (proxies: number, how: string): Result<Acknowledgement> => ({
  ok: true,
  value: { state: 'acknowledged', proxies, how },
});

const unobservable = (why: string): Result<Acknowledgement> => ({ ok: true, value: { state: 'unobservable', why } });

const pending = (seen: Omit<Extract<Acknowledgement, { state: 'pending' }>, 'state'>): Result<Acknowledgement> => ({
  ok: true,
  value: { state: 'pending', ...seen },
});

const notUnderstood = ({ name }: Source, text: string): PortFailure => ({
  type: 'unintelligible',
  retryable: true,
  message: `${name} answers what no proxy and no istiod would: ${text.slice(0, 80).replaceAll(/\s+/g, ' ')}`,
});
