import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import type { ClusterOptions, PlanOptions } from './given-options.ts';

/** The namespace that a command line means, where no cluster is asked: by `-n`, by the plan, or as kubectl would.
 * @throws Failure when none of them says one */
export async function contextNamespace(
  { namespace, plan, kubeconfig, context }: ClusterOptions & Pick<PlanOptions, 'plan'>,
  { env, cwd }: Pick<World, 'env' | 'cwd'>,
): Promise<string> {
  // A plan has its own.
  if (namespace !== undefined || plan !== undefined) return namespace ?? '';
  const { loadKubeconfig, KubeconfigError } = await import('../../cluster/kubeconfig.ts');
  try {
    return loadKubeconfig({ file: kubeconfig, context, env, cwd }).namespace;
  } catch (error) {
    if (error instanceof KubeconfigError)
      throw new Failure(`the namespace is not known: say it with -n. ${error.message}`);
    throw error;
  }
}
