import type { RulePlace } from '../graph/http-rules.ts';
import type { Step } from './explanation.ts';

/** The place of a rule, or of one of its fields, for a step. */
export const by = ({ virtualService, at }: RulePlace): NonNullable<Step['by']> => ({
  manifest: virtualService.manifest,
  at,
});
