import { ACCEPTS_PREFIX } from '../../model/acceptance.ts';
import { closest } from '../../model/closest.ts';
import type { Rule } from '../rule.ts';
import { IGNORE_PREFIX, TRAP_CODES } from '../suppressions.ts';

const CODE = /^W[1-6]\d\d$/;

/** An annotation that should silence a finding and silences nothing: without a reason, or for a code that there cannot be. */
export const ignoredWithoutEffect = {
  code: 'W406',
  name: 'ignored-without-effect',
  severity: 'warning',
  summary: 'An annotation that should silence a finding does not.',
  reads: ['*'],
  *check({ manifests }) {
    for (const manifest of manifests)
      for (const [key, reason] of Object.entries(manifest.annotations)) {
        const found = key.startsWith(IGNORE_PREFIX)
          ? ignoreProblem(key.slice(IGNORE_PREFIX.length), reason)
          : key.startsWith(ACCEPTS_PREFIX)
            ? acceptanceProblem(key.slice(ACCEPTS_PREFIX.length), reason)
            : undefined;
        if (found) yield { manifest, at: ['metadata', 'annotations', key], ...found };
      }
  },
} satisfies Rule;

interface Problem {
  readonly message: string;
  readonly fix: string;
}

function ignoreProblem(code: string, reason: string): Problem | undefined {
  if (!CODE.test(code))
    return {
      message: `"${code}" is no code of a finding, so this annotation silences nothing`,
      fix: `name the code as it is reported: ${IGNORE_PREFIX}W104`,
    };
  return withoutReason(reason, `${IGNORE_PREFIX}${code}`);
}

function acceptanceProblem(trap: string, reason: string): Problem | undefined {
  const traps = Object.keys(TRAP_CODES);
  if (traps.includes(trap)) return withoutReason(reason, `${ACCEPTS_PREFIX}${trap}`);
  const meant = closest(trap, traps);
  return {
    message: `"${trap}" is no trap that can be accepted, so this annotation silences nothing`,
    fix:
      meant === undefined
        ? `use one of ${traps.join(', ')}; for other findings write ${IGNORE_PREFIX}<code>`
        : `did you mean ${ACCEPTS_PREFIX}${meant}`,
  };
}

const withoutReason = (reason: string, key: string): Problem | undefined =>
  reason.trim() === ''
    ? { message: 'no reason is given, so the finding counts as before', fix: `say why: ${key}: "<reason>"` }
    : undefined;
