import type { Explanation, Outcome } from './explanation.ts';
import { stepPosition } from './explanation.ts';
import type { Answer } from './follow-routes.ts';
import type { Request } from './request.ts';
import { percent } from '../model/percent.ts';

/** What was asked: for the report. */
export interface Asked {
  readonly request: Request;
  /** As it was typed: `shop/orders`, `gateway:istio-ingress/public`, `outside`. */
  readonly from: string;
}

/** The document that `weft explain -o json` prints. */
export interface ExplanationDocument {
  readonly schemaVersion: 1;
  readonly kind: 'Explanation';
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly from: string;
    readonly headers: Readonly<Record<string, string>>;
  };
  readonly outcome: Outcome;
  readonly status: number | null;
  readonly steps: readonly {
    readonly stage: string;
    readonly decision: string;
    readonly why: string;
    readonly object: { readonly kind: string; readonly namespace: string; readonly name: string } | null;
    readonly file: string | null;
    readonly line: number | null;
  }[];
  readonly destinations: Explanation['destinations'];
  readonly timeout: string | null;
  readonly tries: Explanation['tries'];
  readonly mtls: Explanation['mtls'];
  readonly authorization: Explanation['authorization'];
  readonly route: Explanation['route'];
  readonly upstream: Explanation['upstream'];
  readonly fault: Explanation['fault'];
  readonly redirect: Explanation['redirect'];
  readonly mirrors: Explanation['mirrors'];
  readonly circuitBreaker: Explanation['circuitBreaker'];
  readonly assumptions: readonly string[];
}

/** An explanation as data. */
export function explanationDocument({ request, from }: Asked, explanation: Explanation): ExplanationDocument {
  const { steps, ...rest } = explanation;
  const { outcome, status, ...facts } = rest;
  return {
    schemaVersion: 1,
    kind: 'Explanation',
    request: { method: request.method, url: request.url, from, headers: request.headers },
    outcome,
    status,
    steps: steps.map((step) => {
      const place = stepPosition(step);
      const by = step.by?.manifest;
      return {
        stage: step.stage,
        decision: step.decision,
        why: step.why,
        object: by ? { kind: by.kind, namespace: by.namespace, name: by.name } : null,
        file: place?.file ?? null,
        line: place?.line ?? null,
      };
    }),
    ...facts,
  };
}

/** An explanation in words: a line a step, the verdict last. */
export function explanationText(asked: Asked, explanation: Explanation): string {
  const { steps, assumptions } = explanation;
  const width = Math.max(...steps.map(({ stage }) => stage.length));
  const lines = [`${asked.request.method} ${asked.request.url} from ${asked.from}`, ''];
  let before: string | undefined;
  for (const step of steps) {
    const place = stepPosition(step);
    // The name of a stage stands once, above all of its steps.
    const stage = step.stage === before ? '' : step.stage;
    before = step.stage;
    lines.push(`  ${stage.padEnd(width)}  ${step.decision}`);
    lines.push(`  ${''.padEnd(width)}    ${step.why}${place === undefined ? '' : `  (${place.file}:${place.line})`}`);
  }
  if (assumptions.length > 0) lines.push('', ...assumptions.map((what) => `  assumed: ${what}`));
  return `${[...lines, '', verdict(explanation)].join('\n')}\n`;
}

/** One line: how it ends. */
export function verdict(explanation: Explanation): string {
  const { outcome, status, destinations, tries, timeout, redirect, authorization } = explanation;
  switch (outcome) {
    case 'routed': {
      const to = destinations
        .map(
          ({ host, subset, share, problem }) =>
            `${shortHost(host)}${subset === null ? '' : ` ${subset}`} ${percent(share)}${problem === null ? '' : ' (fails)'}`,
        )
        .join(', ');
      const patience = [
        timeout === null ? 'no timeout' : `timeout ${timeout}`,
        tries.attempts === 1 ? 'one try' : `${tries.attempts} tries`,
        tries.worstCase === null ? 'no limit in time' : `at most ${tries.worstCase}`,
      ].join(', ');
      return `routed to ${to}; ${patience}`;
    }
    case 'redirected':
      return `redirected to ${redirect?.location ?? '?'} with ${redirect?.status ?? '?'}`;
    case 'answered':
      return `answered by the proxy with ${status ?? '?'}`;
    case 'refused':
      return `refused${status === null ? ': the connection is closed' : ` with ${status}`}${authorization.policy === null ? '' : ` by ${authorization.policy}`}`;
    case 'not-found':
      return 'not found: 404 by the proxy';
    case 'unroutable':
      return `unroutable: ${status === null ? 'there is no answer' : `${status} by the proxy`}`;
    case 'passthrough':
      return 'passed through as it is: nothing of the mesh acts on it';
  }
}

const shortHost = (host: string): string => host.replace(/\.svc\.cluster\.local$/, '');

/** Every answer of a host as data. */
export const answersDocument = ({ request, from }: Asked, answers: readonly Answer[]) => ({
  schemaVersion: 1 as const,
  kind: 'HostAnswers' as const,
  request: { url: request.url, from, headers: request.headers },
  answers: answers.map(({ when, explanation }) => {
    const { outcome, status, destinations, timeout, tries, mtls, authorization, route } = explanation;
    return { when, outcome, status, destinations, timeout, tries, mtls, authorization, route };
  }),
});

/** Every answer of a host as a table: the first row that fits a request counts. */
export function answersText({ request, from }: Asked, answers: readonly Answer[]): string {
  const rows = answers.map(({ when, explanation }, index) => [String(index + 1), when, verdict(explanation)]);
  const head = ['', 'requests', 'answer'];
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${request.scheme}://${request.host}:${request.port} from ${from}; the first row that fits counts\n\n${[head, ...rows].map(line).join('\n')}\n`;
}
