import type { Acceptances, Trap } from '../model/acceptance.ts';

/** Checks of public scanners that an accepted trap answers to. */
const CHECKS: {
  readonly [T in Trap]?: { readonly kubeScore: readonly string[]; readonly checkov: readonly string[] };
} = {
  'image-by-tag': { kubeScore: ['container-image-pull-policy'], checkov: ['CKV_K8S_15', 'CKV_K8S_43'] },
  'single-replica': { kubeScore: ['deployment-replicas'], checkov: [] },
  'no-cpu-limit': {
    kubeScore: [
      'container-resources',
      'container-cpu-requests-equal-limits',
      'container-resource-requests-equal-limits',
    ],
    checkov: ['CKV_K8S_11'],
  },
};

/**
 * The same reasons in the words of kube-score and checkov, so that an exemption is typed once and read by all.
 * Checkov fails on a reason that holds "=", so it is written there as "is".
 */
export function judgeAnnotations(accepts: Acceptances | undefined): Readonly<Record<string, string>> {
  const kubeScore: string[] = [];
  const checkov: string[] = [];
  for (const [trap, reason] of Object.entries(accepts ?? {})) {
    const checks = CHECKS[trap as Trap]; // the keys of acceptances are traps
    kubeScore.push(...(checks?.kubeScore ?? []));
    checkov.push(...(checks?.checkov ?? []).map((check) => `${check}=${reason.replaceAll('=', ' is ')}`));
  }
  return {
    ...(kubeScore.length > 0 && { 'kube-score/ignore': kubeScore.join(',') }),
    ...Object.fromEntries(checkov.map((skip, index) => [`checkov.io/skip${index + 1}`, skip])),
  };
}
