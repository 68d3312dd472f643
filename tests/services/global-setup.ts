import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundle, BUNDLES } from '../../scripts/dev/bundle/bundle.ts';
import { startPostgres, type PostgresAddress } from '../support/postgres.ts';
import { startRabbitMq, type RabbitMqAddress } from '../support/rabbitmq.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The database server of this run; each file makes databases of its own. */
    readonly postgres: PostgresAddress;
    /** Folder with a bundle of each service: what its image holds. */
    readonly bundles: string;
    /** The broker of this run; each file makes a virtual host of its own. */
    readonly rabbitMq: RabbitMqAddress;
  }
}

/** One database server and one broker for all files; those that kill them start their own. */
export const setup = async ({ provide }: TestProject): Promise<() => Promise<unknown>> => {
  const bundles = mkdtempSync(join(tmpdir(), 'weft-bundles-'));
  const [postgres, rabbitMq] = await Promise.all([
    startPostgres(),
    startRabbitMq(),
    ...BUNDLES.map((service) => bundle(service, join(bundles, service))),
  ]);
  provide('bundles', bundles);
  const { host, port, adminPassword } = postgres;
  provide('postgres', { host, port, adminPassword });
  provide('rabbitMq', { host: rabbitMq.host, port: rabbitMq.port, managementPort: rabbitMq.managementPort });
  return () => {
    rmSync(bundles, { recursive: true, force: true });
    return Promise.all([postgres.stop(), rabbitMq.stop()]);
  };
};
