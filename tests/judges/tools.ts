import { locate } from '../../scripts/dev/provision/locate.ts';
import { readTools } from '../../scripts/dev/provision/tools-file.ts';
import { toolsFor } from '../../scripts/dev/provision/tools.ts';

/** Where the three judges are, or why one of them is not there. */
export type JudgeTools =
  { readonly kubeScore: string; readonly checkov: string; readonly psa: string } | { readonly missing: string };

/** What build/tools.json says; a judge that was installed since it was written is found as well. */
const find = (name: string): { readonly path: string } | { readonly missing: string } => {
  const entry = readTools()(name);
  if ('path' in entry) return entry;
  const tool = toolsFor(['judges']).find((candidate) => candidate.name === name);
  const located = tool === undefined ? entry : locate(tool);
  return 'path' in located ? located : { missing: `${located.missing}. Run: ${entry.help}` };
};

/** Finds kube-score, checkov and our program psa. */
export const judgeTools = (): JudgeTools => {
  const [kubeScore, checkov, psa] = [find('kube-score'), find('checkov'), find('psa')];
  if ('path' in kubeScore && 'path' in checkov && 'path' in psa) {
    return { kubeScore: kubeScore.path, checkov: checkov.path, psa: psa.path };
  }
  return { missing: [kubeScore, checkov, psa].flatMap((tool) => ('missing' in tool ? [tool.missing] : [])).join('; ') };
};
