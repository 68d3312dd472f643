import { fullHost, serviceOfHost } from '../model/host.ts';
import { re2Matches } from '../model/re2.ts';
import { goDurationMs, show, validate, type Path, type Reader, type SchemaProblem } from '../model/schema.ts';
import type { Analysis } from './analysis/analysis.ts';
import { readAnalysis } from './analysis/read-analysis.ts';
import { basisPointsOf, NONE, percentOf, type BasisPoints } from './basis-points.ts';
import { reportHeaders } from './header-problems.ts';
import { planSchema } from './plan-schema.ts';
import type { HookFile, LimitFile, PlanFile, PoliciesFile, RequestMatchFile, StepFile } from './plan-file.ts';
import type { Arm, CapacityRule, Hook, Limit, Plan, Policies, RequestMatch, Step, Target, TextMatch } from './plan.ts';
import type { Reference } from './ports/cluster.ts';

/** A plan in full, or all that is wrong with it. */
export type PlanRead =
  { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

/** What happens with a wrong plan. */
const READER: Reader = {
  refuses: 'no run can follow such a plan',
  unknownField: 'nothing reads it, so it would change nothing',
};

/** What is left out. */
const DEFAULTS = {
  hold: '60s',
  hookTimeout: '10s',
  hookRetry: '10s',
  hookDeadline: '10m',
  capacityAfter: '10m',
  acknowledgementAfter: '60s',
  rewriteAfter: '2s',
  timedFallback: '15s',
  drain: '30s',
  undoWindow: '1h',
  restores: 3,
} as const;

/**
 * Reads a plan as people write it, whatever it was written in, and fills in what was left out. It looks at the plan
 * alone; whether it fits the mesh is seen when the mesh is there.
 * @example
 * const read = readPlan({ target: { namespace: 'shop', host: 'orders', stable: 'v1', canary: 'v2' }, steps: [50] });
 */
export function readPlan(content: unknown): PlanRead {
  const shape = validate(planSchema, content, { reader: READER });
  // What has not the right shape cannot be judged any further without telling twice what is wrong.
  if (shape.length > 0) return { ok: false, problems: shape };
  const file = content as PlanFile; // it fits the schema, which says what a PlanFile is, but for what is read next
  const problems: SchemaProblem[] = [];
  const report = (path: Path, what: string, fix: string): void =>
    void problems.push({ path, what, why: READER.refuses, fix });
  const target = readTarget(file.target, report);
  const steps = readSteps(file, report);
  const hooks = (file.hooks ?? []).map((one, index) => readHook(one, index, report));
  const match = (file.match ?? []).map((one, index) => readMatch(one, index, report));
  const policies = readPolicies(file.policies ?? {}, report);
  const capacity = readCapacity(file, report);
  const analysis = analysisOf(file.analysis, problems);
  if (problems.length > 0 || target === undefined) return { ok: false, problems };
  return {
    ok: true,
    plan: {
      target,
      steps,
      promotion: file.promotion ?? 'automatic',
      match,
      hooks,
      analysis,
      policies,
      capacity,
      acknowledgement: {
        rewriteAfterMs: ms(file.acknowledgement?.rewriteAfter ?? DEFAULTS.rewriteAfter),
        timedFallbackMs: ms(file.acknowledgement?.timedFallback ?? DEFAULTS.timedFallback),
      },
      drainMs: ms(file.drain ?? DEFAULTS.drain),
      undoWindowMs: ms(file.undoWindow ?? DEFAULTS.undoWindow),
    },
  };
}

type Report = (path: Path, what: string, fix: string) => void;

// The schema has looked at every duration: there is one.
const ms = (text: string): number => Math.round(goDurationMs(text) ?? 0);

function analysisOf(content: PlanFile['analysis'], problems: SchemaProblem[]): Analysis | null {
  if (content === false) return null;
  const result = readAnalysis(content ?? {});
  if (result.ok) return result.analysis;
  problems.push(...result.problems);
  return null;
}

function readTarget({ namespace, ...given }: PlanFile['target'], report: Report): Target | undefined {
  if (given.host !== undefined && !isHost(given.host, report)) return undefined;
  const stable = readArm('stable', given, namespace, report);
  const canary = readArm('canary', given, namespace, report);
  if (stable === undefined || canary === undefined) return undefined;
  if ((stable.subset === null) !== (canary.subset === null)) {
    report(['target', 'canary'], 'one arm is a subset, the other a host', 'write two subsets, or two hosts');
    return undefined;
  }
  if (stable.host === canary.host && stable.subset === canary.subset) {
    const what = `${show(canary.subset ?? canary.host)} is the stable arm already`;
    report(['target', 'canary'], what, 'name another version: between one and the same nothing can be moved');
    return undefined;
  }
  const service = serviceOfHost(stable.host);
  const [first, ...others] = readVirtualServices(given.virtualServices ?? [], namespace, report);
  const own = first ?? service;
  if (own === undefined) {
    const what = `there is no Service behind ${show(stable.host)} whose name the VirtualService could have`;
    report(['target'], what, 'name it: virtualServices: [name]');
    return undefined;
  }
  const rule =
    given.destinationRule === undefined
      ? (service ?? own)
      : readReference(given.destinationRule, namespace, ['target', 'destinationRule'], report);
  return {
    namespace,
    stable,
    canary,
    virtualServices: [own, ...others],
    destinationRule: stable.subset === null ? null : rule,
    routes: given.routes ?? null,
  };
}

/** A host with something around it names no Service, and none of its routes would be found. */
function isHost(host: string, report: Report): boolean {
  const bare = host.replace(/^\w+:\/\//, '').replace(/[:/].*$/, '');
  if (bare === host || bare === '') return true;
  report(['target', 'host'], `${show(host)} is more than a host`, `write ${show(bare)}, without scheme, port and path`);
  return false;
}

function readArm(
  name: 'stable' | 'canary',
  given: Omit<PlanFile['target'], 'namespace'>,
  namespace: string,
  report: Report,
): Arm | undefined {
  const arm: unknown = given[name];
  const { host } = given;
  if (typeof arm === 'string' && arm !== '') {
    if (host !== undefined) return { host: fullHost(host, namespace), subset: arm };
    report(
      ['target', 'host'],
      `there is no host whose subset ${show(arm)} could be`,
      'add host: the name of the Service',
    );
    return undefined;
  }
  const own = typeof arm === 'object' && arm !== null ? (arm as { readonly host?: unknown }).host : undefined;
  if (typeof own === 'string' && own !== '' && Object.keys(arm as object).length === 1) {
    if (host === undefined) return { host: fullHost(own, namespace), subset: null };
    report(['target', 'host'], `${show(host)} is a host beside arms that are hosts of their own`, 'leave host out');
    return undefined;
  }
  const fix =
    typeof arm === 'number' || typeof arm === 'boolean'
      ? `write it as text, in quotes: "${arm}"`
      : 'write the name of a subset, or {host: the name of a Service}';
  report(['target', name], `${show(arm)} is no arm`, fix);
  return undefined;
}

function readVirtualServices(texts: readonly string[], namespace: string, report: Report): readonly Reference[] {
  const references = texts.map((text, index) =>
    readReference(text, namespace, ['target', 'virtualServices', index], report),
  );
  for (const [index, one] of references.entries()) {
    const first = references.findIndex((other) => other.namespace === one.namespace && other.name === one.name);
    // The first one holds the state of the run; written once more as a further one, it would lose it.
    if (first < index)
      report(
        ['target', 'virtualServices', index],
        `${show(texts[index])} is the VirtualService of item ${first} once more`,
        'name each VirtualService once',
      );
  }
  return references;
}

/** `orders`, or `shop/orders`. */
function readReference(text: string, namespace: string, at: Path, report: Report): Reference {
  const parts = text.split('/');
  const [name = '', own = namespace] = [...parts].reverse();
  if (parts.length > 2 || parts.includes(''))
    report(at, `${show(text)} names no object`, 'write its name, or its namespace before it: shop/orders');
  return { namespace: own, name };
}

function readSteps(file: PlanFile, report: Report): Plan['steps'] {
  const { steps } = file as { readonly steps: unknown };
  const holdMs = ms(file.hold ?? DEFAULTS.hold);
  const plain: Omit<Step, 'weight'> = { mirror: NONE, holdMs, pause: false, analysed: true };
  if (Array.isArray(steps)) return listed(steps, plain, report);
  if (typeof steps !== 'object') {
    report(
      ['steps'],
      `${show(steps)} is no list of steps`,
      'write per cent of the canary, one after the other: [5, 25, 50]',
    );
    return [];
  }
  const problems = validate(steppedSchema, steps, { at: ['steps'], reader: READER });
  for (const { path, what, fix } of problems) report(path, what, fix);
  if (problems.length > 0) return [];
  const even = steps as Exclude<PlanFile['steps'], readonly unknown[]>; // it fits the schema
  if ('blueGreen' in even) {
    const { preview, mirror } = even.blueGreen;
    const step = {
      ...plain,
      weight: NONE,
      mirror: share(mirror ?? 0, ['steps', 'blueGreen', 'mirror'], report),
      ...(preview !== undefined && { holdMs: ms(preview) }),
    };
    return [step];
  }
  const by = share(even.step, ['steps', 'step'], report);
  const max = share(even.max, ['steps', 'max'], report);
  if (by === NONE) {
    report(['steps', 'step'], 'steps of 0 lead nowhere', 'write how much more each step gives');
    return [];
  }
  if (by > max) {
    report(
      ['steps', 'max'],
      `${even.max} is less than one step of ${even.step}`,
      'write a larger max, or a smaller step',
    );
    return [];
  }
  const weights = Array.from({ length: Math.ceil(max / by) }, (_, index) => Math.min(max, (index + 1) * by));
  if (weights.length > MOST_STEPS) {
    report(['steps', 'step'], `that makes ${weights.length} steps, more than ${MOST_STEPS}`, 'write a larger step');
    return [];
  }
  return weights.map((weight) => ({ ...plain, weight: weight as BasisPoints })); // between two of them
}

/** The whole plan is kept in an annotation. */
const MOST_STEPS = 1_000;

const steppedSchema = {
  type: 'object',
  fields: {
    step: 'number',
    max: 'number',
    blueGreen: { type: 'object', fields: { preview: { type: 'duration', min: '0s' }, mirror: 'number' } },
  },
  exactlyOne: [[['step', 'max'], 'blueGreen']],
} as const;

function listed(steps: readonly unknown[], plain: Omit<Step, 'weight'>, report: Report): Plan['steps'] {
  if (steps.length === 0) report(['steps'], 'there is no step', 'write one weight at least: [50]');
  if (steps.length > MOST_STEPS)
    report(['steps'], `there are ${steps.length} steps, more than ${MOST_STEPS}`, 'leave some out');
  let highest = NONE;
  return steps.map((step, index) => {
    const at: Path = ['steps', index];
    let isWrong = false;
    const read = readStep(step, at, plain, (...problem) => {
      isWrong = true;
      report(...problem);
    });
    // A weight that is none falls from nothing.
    if (!isWrong && read.weight < highest)
      report(
        typeof step === 'number' ? at : [...at, 'weight'],
        `${percentOf(read.weight)} is less than the ${percentOf(highest)} before it`,
        'let weights rise: what falls is a rollback, and that is not planned',
      );
    if (read.weight > highest) highest = read.weight;
    return read;
  });
}

function readStep(step: unknown, at: Path, plain: Omit<Step, 'weight'>, report: Report): Step {
  if (typeof step === 'number') return { ...plain, weight: share(step, at, report) };
  if (typeof step !== 'object') {
    report(at, `${show(step)} is no step`, 'write per cent as a number, such as 10, or {weight: 10, pause: true}');
    return { ...plain, weight: NONE };
  }
  const problems = validate(stepSchema, step, { at, reader: READER });
  for (const { path, what, fix } of problems) report(path, what, fix);
  if (problems.length > 0) return { ...plain, weight: NONE };
  const { weight, mirror, hold, pause, analysis } = step as StepFile; // it fits the schema
  return {
    weight: share(weight, [...at, 'weight'], report),
    mirror: share(mirror ?? 0, [...at, 'mirror'], report),
    holdMs: hold === undefined ? plain.holdMs : ms(hold),
    pause: pause ?? plain.pause,
    analysed: analysis ?? plain.analysed,
  };
}

const stepSchema = {
  type: 'object',
  fields: {
    weight: 'number',
    mirror: 'number',
    hold: { type: 'duration', min: '0s' },
    pause: 'boolean',
    analysis: 'boolean',
  },
  required: ['weight'],
} as const;

function share(percent: number, path: Path, report: Report): BasisPoints {
  const read = basisPointsOf(percent);
  if (read !== undefined) return read;
  const isOutside = !(percent >= 0 && percent <= 100); // NaN too
  report(
    path,
    isOutside ? `${percent} is no share of the requests` : `${percent} has more than two decimals`,
    isOutside ? 'write per cent from 0 to 100' : `write ${Math.round(percent * 100) / 100}`,
  );
  return NONE;
}

function readMatch({ headers, cookies, sourceLabels }: RequestMatchFile, index: number, report: Report): RequestMatch {
  const texts = (of: RequestMatchFile['headers'], name: string): Readonly<Record<string, TextMatch>> =>
    Object.fromEntries(
      Object.entries(of ?? {}).map(([key, text]) => [key, textMatch(text, ['match', index, name, key], report)]),
    );
  reportTwice(headers, cookies, ['match', index], report);
  return { headers: texts(headers, 'headers'), cookies: texts(cookies, 'cookies'), sourceLabels: sourceLabels ?? {} };
}

/** Istio asks a header one thing. What is asked of it twice would be asked once, and more requests match than meant. */
function reportTwice(
  headers: RequestMatchFile['headers'] = {},
  cookies: RequestMatchFile['cookies'] = {},
  at: Path,
  report: Report,
): void {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  for (const [position, name] of Object.keys(headers).entries())
    if (names.indexOf(name.toLowerCase()) < position)
      report([...at, 'headers', name], `${show(name)} is there twice, as headers have no case`, 'keep one of them');
  const [first, second] = Object.keys(cookies);
  if (first !== undefined && names.includes('cookie'))
    report([...at, 'cookies'], 'cookies are a header, and that is asked something else too', 'keep one of the two');
  else if (second !== undefined)
    report(
      [...at, 'cookies', second],
      `of one request only one cookie can be asked for, and ${show(first)} is`,
      'keep one; if either is enough, write two items of match',
    );
}

/** The plan's schema has not looked at it: `x-canary:` without a value is null. */
function textMatch(text: unknown, path: Path, report: Report): TextMatch {
  if (typeof text === 'string') return { exact: text };
  const problems = validate(textSchema, text, { at: path, reader: READER });
  for (const problem of problems) report(problem.path, problem.what, problem.fix);
  if (problems.length > 0) return { exact: '' };
  const found = text as TextMatch; // exactly one of the three
  const regex = 'regex' in found ? found.regex : undefined;
  if (typeof regex === 'string' && re2Matches(regex, '') === undefined)
    report([...path, 'regex'], `${show(regex)} is no pattern of RE2`, 'write it without lookahead and backreferences');
  return found;
}

const textSchema = {
  type: 'object',
  fields: { exact: 'string', prefix: 'string', regex: 'string' },
  exactlyOne: [['exact', 'prefix', 'regex']],
} as const;

function readHook(
  { name, when, web, command, timeout, onNo, retry, deadline }: HookFile,
  index: number,
  report: Report,
): Hook {
  reportHeaders(web?.headers ?? {}, ['hooks', index, 'web', 'headers'], report);
  const timeoutMs = ms(timeout ?? DEFAULTS.hookTimeout);
  return {
    name,
    when,
    call:
      web === undefined
        ? { type: 'command', command: command ?? [], timeoutMs }
        : { type: 'web', url: web.url, headers: web.headers ?? {}, timeoutMs },
    onNo: onNo ?? 'rollback',
    retryMs: ms(retry ?? DEFAULTS.hookRetry),
    deadlineMs: ms(deadline ?? DEFAULTS.hookDeadline),
  };
}

function readPolicies(file: PoliciesFile, report: Report): Policies {
  const limit = ({ after, then }: LimitFile): Limit => ({ afterMs: ms(after), then });
  const waits = ({ after, then }: NonNullable<PoliciesFile['undecided']>): Policies['undecided'] => ({
    afterMs: ms(after),
    then,
  });
  const hold: Policies['undecided'] = { afterMs: 0, then: 'hold' };
  const acknowledgement = limit(file.acknowledgement ?? { after: DEFAULTS.acknowledgementAfter, then: 'pause' });
  if (acknowledgement.afterMs <= ISTIOD_DEBOUNCE_MS)
    report(
      ['policies', 'acknowledgement', 'after'],
      `${show(file.acknowledgement?.after)} is no longer than istiod itself may wait with a write (10s)`,
      'write more than 10s, such as 60s',
    );
  return {
    bad: file.bad ?? 'rollback',
    bothBad: file.bothBad ?? 'freeze',
    undecided: file.undecided === undefined ? hold : waits(file.undecided),
    noEvidence: file.noEvidence === undefined ? hold : waits(file.noEvidence),
    blind: file.blind === undefined ? null : limit(file.blind),
    drift: {
      then: file.drift?.then ?? 'pause',
      restores: file.drift?.restores ?? DEFAULTS.restores,
    },
    capacity: limit(file.capacity ?? { after: DEFAULTS.capacityAfter, then: 'pause' }),
    acknowledgement,
    hook: file.hook ?? 'pause',
    deadline: file.deadline === undefined ? null : limit(file.deadline),
  };
}

/** Source: PILOT_DEBOUNCE_MAX of istiod */
const ISTIOD_DEBOUNCE_MS = 10_000;

function readCapacity({ capacity, target: { namespace } }: PlanFile, report: Report): CapacityRule {
  const { scale, ready = 'proportional' } = capacity ?? {};
  if (ready !== 'proportional' && !(Number.isInteger(ready) && ready >= 1))
    report(
      ['capacity', 'ready'],
      `${show(ready)} is no number of endpoints`,
      'write proportional, or a whole number from 1',
    );
  return {
    ready,
    scale:
      scale === undefined
        ? null
        : { workload: { kind: scale.kind ?? 'Deployment', namespace, name: scale.name }, max: scale.max ?? null },
  };
}
