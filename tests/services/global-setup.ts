import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundle, BUNDLES } from '../../scripts/dev/bundle/bundle.ts';
import { startPostgres, type PostgresAddress } from '../support/postgres.ts';
import { startRabbitMq, type RabbitMqAddress } from '../support/rabbitmq.ts';
import { serverFolder } from '../support/server-folder.ts';

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
  const folder = serverFolder('bundles');
  const [postgres, rabbitMq] = await Promise.all([
    startPostgres(),
    startRabbitMq(),
    ...BUNDLES.map((service) => bundle(service, join(folder.path, service))),
  ]);
  provide('bundles', folder.path);
  const { host, port, adminPassword } = postgres;
  provide('postgres', { host, port, adminPassword });
  provide('rabbitMq', { host: rabbitMq.host, port: rabbitMq.port, managementPort: rabbitMq.managementPort });
  return () => Promise.all([postgres.stop(), rabbitMq.stop(), folder.stop()]);
};
