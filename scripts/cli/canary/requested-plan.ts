import type { PlanFile } from '../../../charts-src/canary/plan-file.ts';
import type { Plan } from '../../../charts-src/canary/plan.ts';
import { readPlan } from '../../../charts-src/canary/read-plan.ts';
import { formatPath, type Path } from '../../../charts-src/model/schema.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import type { ClusterOptions, PlanOptions } from './given-options.ts';
import { readPlanFile } from './read-plan-file.ts';

/** Steps of who names none. */
const USUAL_STEPS = [1, 5, 10, 25, 50];

/** Whether a plan was asked for at all, by file or by options. */
export const asksForPlan = (options: PlanOptions): boolean =>
  options.plan !== undefined || planOptionsIn(options).length > 0;

/**
 * The plan that a command line asks for.
 * @param contextNamespace of the kubeconfig's context
 * @throws Failure with all that is wrong with it
 */
export async function requestedPlan(
  options: PlanOptions & Pick<ClusterOptions, 'namespace'>,
  contextNamespace: string,
  world: Pick<World, 'read' | 'stdin'>,
): Promise<Plan> {
  const { plan: file, service } = options;
  if (file === undefined) return planOfOptions(options, options.namespace ?? contextNamespace);
  const beside = planOptionsIn(options);
  if (beside.length > 0)
    throw new Failure(
      `${beside.join(' and ')} is for plans without a file. Write it into ${file}, or leave --plan out`,
    );
  const plan = await readPlanFile(file, world);
  const { namespace, stable, virtualServices } = plan.target;
  if (options.namespace !== undefined && options.namespace !== namespace)
    throw new Failure(`${file} is about namespace ${namespace}, and -n says ${options.namespace}. Change one of them`);
  const names = [stable.host.split('.')[0], stable.host, virtualServices[0].name];
  if (service !== undefined && !names.includes(service))
    throw new Failure(
      `${file} is about ${stable.host}, and not about ${service}. Leave the service out, or take its plan`,
    );
  return plan;
}

/** Options of the plan that were given, as they are typed. */
function planOptionsIn(options: PlanOptions): readonly string[] {
  const { from, to, virtualService, destinationRule, route, steps, hold, promotion, analysis } = options;
  return [
    from !== undefined && '--from',
    to !== undefined && '--to',
    virtualService.length > 0 && '--virtual-service',
    destinationRule !== undefined && '--destination-rule',
    route.length > 0 && '--route',
    steps !== undefined && '--steps',
    hold !== undefined && '--hold',
    promotion !== undefined && '--promotion',
    analysis === 'off' && '--analysis',
  ].filter((name) => name !== false);
}

function planOfOptions(options: PlanOptions, namespace: string): Plan {
  const { service, from, to, virtualService, destinationRule, route, steps, hold, promotion, analysis } = options;
  if (service === undefined)
    throw new Failure('say what is moved: weft canary … SERVICE --from SUBSET --to SUBSET, or --plan FILE');
  const missing = [from === undefined && '--from', to === undefined && '--to'].filter((name) => name !== false);
  if (missing.length > 0)
    throw new Failure(
      `${missing.join(' and ')} is missing: say between which subsets of ${service} requests are moved`,
    );
  const content = {
    target: {
      namespace,
      host: service,
      stable: from ?? '',
      canary: to ?? '',
      ...(virtualService.length > 0 && { virtualServices: virtualService }),
      ...(destinationRule !== undefined && { destinationRule }),
      ...(route.length > 0 && { routes: route }),
    },
    steps: steps === undefined ? USUAL_STEPS : steps.split(',').map(numberOf),
    ...(hold !== undefined && { hold }),
    ...(promotion !== undefined && { promotion }),
    ...(analysis === 'off' && { analysis: false }),
  } satisfies Record<keyof PlanFile, unknown> | Record<string, unknown>;
  const read = readPlan(content);
  if (read.ok) return read.plan;
  throw new Failure('no plan can be made of these options, and nothing was done', {
    problems: read.problems.map(({ path, what, why, fix }) => ({
      path: optionOf(path),
      message: `${what}: ${why}. Fix: ${fix}`,
    })),
  });
}

/** What is no number stays as it was typed, for the message. */
const numberOf = (text: string): number | string => {
  const trimmed = text.trim().replace(/%$/, '');
  return /^-?\d+(?:\.\d+)?$/.test(trimmed) ? Number(trimmed) : text;
};

const OPTIONS: Readonly<Record<string, string>> = {
  'target.namespace': '--namespace',
  'target.host': 'the service',
  'target.stable': '--from',
  'target.canary': '--to',
  'target.virtualServices': '--virtual-service',
  'target.destinationRule': '--destination-rule',
  'target.routes': '--route',
};

/** The option that a part of the plan comes from. */
const optionOf = (path: Path): string =>
  OPTIONS[formatPath(path.slice(0, 2))] ??
  `--${formatPath(path.slice(0, 1))}${path.length > 1 ? ` ${formatPath(path)}` : ''}`;
