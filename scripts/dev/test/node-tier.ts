import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../provision/locate.ts';
import { command } from './command.ts';
import { together, type Outcome } from './outcome.ts';
import { runVitest } from './vitest-tier.ts';

/** Development dependencies that the sample services run on: their packages may drop a Node version in between. */
const WATCHED = [
  ...['@aws-sdk/client-dynamodb', '@aws-sdk/client-s3', '@electric-sql/pglite', '@fastify/rate-limit'],
  ...['@opentelemetry/api', '@opentelemetry/exporter-trace-otlp-http', '@opentelemetry/sdk-node'],
  ...['@platformatic/kafka', 'amqplib', 'fastify', 'jose', 'kysely', 'openapi-fetch', 'pg', 'pino', 'prom-client'],
  ...['sharp', 'undici', 'zod'],
];

const importDependencies = async (node: string): Promise<Outcome> => {
  // npm itself has read this file before we got here.
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly peerDependencies?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
  };
  const names = [
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
    ...WATCHED.filter((name) => manifest.devDependencies?.[name] !== undefined),
  ];
  const outcomes: Outcome[] = [];
  for (const name of names) {
    const program = `const m = await import(${JSON.stringify(name)}); if (Object.keys(m).length === 0) throw new Error('it exports nothing')`;
    const ended = await command(node, ['--input-type=module', '-e', program], { timeoutMs: 60_000, capture: true });
    outcomes.push(
      ended.code === 0
        ? { passed: 1, failed: [], skipped: [] }
        : { passed: 0, failed: [{ name: `import ${name}`, why: ended.output.slice(0, 1_000) }], skipped: [] },
    );
  }
  return together(...outcomes);
};

/** The pure tests, and one import of every dependency, on another version of Node. */
export const runOnNode = async (run: {
  readonly tier: string;
  readonly node: string;
  readonly timeoutMs: number;
}): Promise<Outcome> => together(await importDependencies(run.node), await runVitest({ ...run, projects: ['pure'] }));
