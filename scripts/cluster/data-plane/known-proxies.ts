import type { ProxyName } from '../../../charts-src/canary/ports/acknowledgement.ts';
import type { Cancellation } from '../../../charts-src/canary/ports/cancellation.ts';
import type { Result } from '../../../charts-src/canary/ports/failure.ts';
import type { AwaitedWrite } from './awaited-write.ts';
import { routesPath, routesTo, type EnvoyRoute } from './envoy-routes.ts';
import { notUnderstood, type Source } from './source.ts';
import { proxyName } from './syncz.ts';
import type { PodState, WayIn } from './way-in.ts';

/** A proxy that could not be asked so often in a row is asked no more. */
const MAX_FAILURES = 3;

/** Dumps that one look asks for to find out about proxies that nothing is known of: the next look goes on. */
export const DUMPS_A_LOOK = 8;

/** How often the state of a pod is looked up at most. */
const POD_STATE_MS = 1_000;

/** The proxies of a mesh by their ids, `<pod>.<namespace>`: how to ask them, and what is known of them. */
export class KnownProxies {
  /** Calls to admin ports so far. */
  asked = 0;
  /** Known to have routes to the hosts. */
  readonly #followers = new Set<string>();
  /** Known to have none. */
  readonly #strangers = new Set<string>();
  /** How often in a row a proxy could not be asked. */
  readonly #failures = new Map<string, number>();
  /** Route configurations that hold the routes, by source: the rest of a dump can be large. */
  readonly #configurations = new Map<string, readonly string[]>();
  /** Ids of the Envoys that were named by a URL. */
  readonly #named = new Map<Source, string>();
  readonly #podStates = new Map<string, { readonly state: PodState; readonly atMs: number }>();
  readonly #way: WayIn;
  readonly #write: AwaitedWrite;
  readonly #nowMs: () => number;

  constructor(way: WayIn, write: AwaitedWrite, nowMs: () => number) {
    this.#way = way;
    this.#write = write;
    this.#nowMs = nowMs;
  }

  get followers(): Iterable<string> {
    return this.#followers;
  }

  isFollower(id: string): boolean {
    return this.#followers.has(id);
  }

  isStranger(id: string): boolean {
    return this.#strangers.has(id);
  }

  follow(id: string): void {
    this.#strangers.delete(id);
    this.#followers.add(id);
  }

  estrange(id: string): void {
    this.#followers.delete(id);
    this.#strangers.add(id);
  }

  /** Its pod takes no traffic any more. */
  drop(id: string): void {
    this.#followers.delete(id);
  }

  failuresOf(id: string): number {
    return this.#failures.get(id) ?? 0;
  }

  /** Whether its admin port is worth a question. */
  canBeAsked(id: string): boolean {
    return this.sourceOf(id) !== undefined && this.failuresOf(id) < MAX_FAILURES;
  }

  /** The admin port of a connected proxy. */
  sourceOf(id: string): Source | undefined {
    for (const [source, named] of this.#named) if (named === id) return source;
    return this.#way.envoy(proxyName(id));
  }

  /** As a report names the proxy behind an admin port. */
  nameOf(source: Source): ProxyName {
    const id = this.#named.get(source);
    return id === undefined ? { namespace: '', pod: source.name } : proxyName(id);
  }

  /** Finds out which proxies the Envoys are that were named by a URL. */
  async identify(signal: Cancellation): Promise<void> {
    for (const source of this.#way.envoys) {
      if (this.#named.has(source)) continue;
      this.asked += 1;
      const info = await source.get('/server_info', signal);
      const id = info.ok ? /"id":\s*"[^~"]*~[^~"]*~([^~"]+)~/.exec(info.value)?.[1] : undefined;
      if (id !== undefined) this.#named.set(source, id);
    }
  }

  /** The routes to the hosts behind an admin port. */
  async routesOf(source: Source, signal: Cancellation): Promise<Result<readonly EnvoyRoute[]>> {
    this.asked += 1;
    const answer = await source.get(routesPath(this.#configurations.get(source.name) ?? []), signal);
    if (!answer.ok) return answer;
    const routes = routesTo(this.#write.question.hosts, answer.value);
    if (routes === undefined) return { ok: false, failure: notUnderstood(source, answer.value) };
    // What was found may be gone: then the next look looks everywhere again.
    if (routes.length === 0) this.#configurations.delete(source.name);
    else this.#configurations.set(source.name, [...new Set(routes.map(({ configuration }) => configuration))]);
    return { ok: true, value: routes };
  }

  /** The routes of a connected proxy, which say whether it follows; undefined when it cannot be asked. */
  async dumpOf(id: string, signal: Cancellation): Promise<readonly EnvoyRoute[] | undefined> {
    const source = this.sourceOf(id);
    if (source === undefined) return undefined;
    const routes = await this.routesOf(source, signal);
    if (!routes.ok) {
      this.#failures.set(id, this.failuresOf(id) + 1);
      return undefined;
    }
    this.#failures.delete(id);
    if (routes.value.length > 0) this.follow(id);
    else this.estrange(id);
    return routes.value;
  }

  /** Looks into proxies of which nothing but a dump can tell: those that have the write, and those that may lack it. */
  async lookInto(
    ids: readonly string[],
    signal: Cancellation,
  ): Promise<{ readonly holding: readonly string[]; readonly lagging: readonly string[] }> {
    const looked = await Promise.all(
      ids.slice(0, DUMPS_A_LOOK).map(async (id) => ({ id, routes: await this.dumpOf(id, signal) })),
    );
    const concerned = looked.filter(({ routes }) => routes?.length !== 0);
    const holding = concerned.filter(({ routes }) => routes !== undefined && this.#write.isIn(routes));
    const rest = concerned.filter((one) => !holding.includes(one));
    return {
      holding: holding.map(({ id }) => id),
      lagging: [...rest.map(({ id }) => id), ...ids.slice(DUMPS_A_LOOK)],
    };
  }

  /** Looked up once a second at most. */
  async podState(id: string, signal: Cancellation): Promise<PodState> {
    const known = this.#podStates.get(id);
    if (known !== undefined && this.#nowMs() - known.atMs < POD_STATE_MS) return known.state;
    const state = await this.#way.podState(proxyName(id), signal);
    this.#podStates.set(id, { state, atMs: this.#nowMs() });
    return state;
  }
}
