import { rbac, type RbacSubject } from '../../../charts-src/canary/rbac.ts';
import { renderYaml } from '../../../charts-src/manifest/yaml.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { contextNamespace } from './context-namespace.ts';
import type { ClusterOptions, PlanOptions } from './given-options.ts';
import { requestedPlan } from './requested-plan.ts';

/** Options of `weft canary rbac`. */
export interface RbacCommandOptions extends PlanOptions, ClusterOptions {
  readonly serviceAccount: string | undefined;
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly name: string | undefined;
  readonly portForward: readonly string[];
  readonly istioNamespace: string;
  readonly format: 'yaml' | 'json';
}

/** Prints the Roles and RoleBindings that a run of a plan needs. No cluster is asked. */
export async function runRbac(options: RbacCommandOptions, world: World): Promise<ExitCode> {
  const plan = await requestedPlan(options, await contextNamespace(options, world), world);
  const { portForward, istioNamespace, name, format } = options;
  const objects = rbac(plan, {
    subject: subjectOf(options, plan.target.namespace),
    ...(name !== undefined && { name }),
    ...(portForward.length > 0 && { portForward: { istio: istioNamespace, callers: portForward } }),
  });
  world.out(
    format === 'json'
      ? `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, null, 2)}\n`
      : renderYaml(objects),
  );
  return exitCode.ok;
}

function subjectOf({ serviceAccount, user, group }: RbacCommandOptions, namespace: string): RbacSubject {
  const given = [serviceAccount, user, group].filter((name) => name !== undefined);
  if (given.length !== 1)
    throw new Failure(
      `say who gets the rights, with ${given.length > 1 ? 'only ' : ''}one of --service-account, --user and --group`,
    );
  if (user !== undefined) return { kind: 'User', name: user };
  if (group !== undefined) return { kind: 'Group', name: group };
  const [first = '', second] = (serviceAccount ?? '').split('/');
  return { kind: 'ServiceAccount', namespace: second === undefined ? namespace : first, name: second ?? first };
}
