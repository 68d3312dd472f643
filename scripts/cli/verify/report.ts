import type { ExplanationDocument } from '../../../charts-src/explain/report.ts';
import type { Verification } from './verify.ts';

/** What `weft explain --verify` prints below the explanation. */
export function verificationText({ envoy, requests, checks, missing }: Verification): string {
  const width = Math.max(...checks.map(({ what }) => what.length));
  const lines = checks.map(
    ({ what, said, seen, holds }) =>
      `  ${holds ? 'as said  ' : 'DIFFERENT'}  ${what.padEnd(width)}  ${holds ? seen : `said ${said}, seen ${seen}`}`,
  );
  const failed = checks.filter(({ holds }) => !holds).length;
  return [
    '',
    `Envoy ${envoy}, ${requests} ${requests === 1 ? 'request' : 'requests'}:`,
    ...lines,
    ...missing.map((what) => `  not built: ${what}`),
    failed === 0 ? 'a real Envoy does what is said' : `${failed} of ${checks.length} are not as said`,
    '',
  ].join('\n');
}

/** The document that `weft explain --verify -o json` prints. */
export const verificationDocument = (
  explanation: ExplanationDocument,
  { envoy, requests, checks, missing }: Verification,
) => ({
  schemaVersion: 1 as const,
  kind: 'ExplanationVerification' as const,
  explanation,
  envoy,
  requests,
  holds: checks.every(({ holds }) => holds),
  checks,
  missing,
});
