import type { TestProject } from 'vitest/node';
import { startPostgres, type PostgresAddress } from '../support/postgres.ts';
import { startRabbitMq, type RabbitMqAddress } from '../support/rabbitmq.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The database server of this run; each file makes databases of its own. */
    readonly postgres: PostgresAddress;
    /** The broker of this run; each file makes a virtual host of its own. */
    readonly rabbitMq: RabbitMqAddress;
  }
}

/** One database server and one broker for all files; those that kill them start their own. */
export const setup = async ({ provide }: TestProject): Promise<() => Promise<unknown>> => {
  const [postgres, rabbitMq] = await Promise.all([startPostgres(), startRabbitMq()]);
  const { host, port, adminPassword } = postgres;
  provide('postgres', { host, port, adminPassword });
  provide('rabbitMq', { host: rabbitMq.host, port: rabbitMq.port, managementPort: rabbitMq.managementPort });
  return () => Promise.all([postgres.stop(), rabbitMq.stop()]);
};
