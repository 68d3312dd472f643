import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { bundle, type Bundle } from '../../scripts/dev/bundle/bundle.ts';
import { toolPath } from '../../scripts/dev/provision/tools-file.ts';
import { SERVICES } from '../../scripts/dev/shop-services.ts';
import { selfSigned } from '../support/certificate.ts';
import { IMAGE_VARIABLES } from '../support/image-variables.ts';
import { linkOrCopy, type ImageRow } from '../support/lab.ts';

/** The relay that mails leave the mesh by, and the image that tests run it from. */
export const MAIL_RELAY = { host: 'smtp.example.com', port: 465, image: 'smtp-relay:test' } as const;

/** Users that images know by name, where a pod runs as a number. */
const PASSWD = 'root:x:0:0::/root:/bin/sh\napp:x:10001:10001::/tmp:/bin/sh\n';

/**
 * Makes what the shop's images hold: each service's bundle with Node, as apps/Dockerfile has it, and this machine's
 * PostgreSQL 15, RabbitMQ and Kafka. What a container runs, by which command and with which variables, say the charts.
 */
export const realShopImages = async (folder: string): Promise<readonly ImageRow[]> => {
  const at = (...path: readonly string[]): string => join(folder, ...path);
  const file = (name: string, text: string): string => {
    writeFileSync(at(name), text);
    return at(name);
  };
  const script = (name: string): string => {
    copyFileSync(new URL(`./images/${name}`, import.meta.url), at(name));
    return at(name);
  };
  mkdirSync(at('bin'));
  linkOrCopy(process.execPath, at('bin', 'node'));
  const path = (...before: readonly string[]): string =>
    [...before, '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':');

  const relay = selfSigned(MAIL_RELAY.host);
  const [key, cert] = [file('relay.key', relay.key), file('relay.crt', relay.cert)];
  // The name is the relay's for its clients only: nothing outside of the lab has a name in it.
  const hosts = file('hosts', `127.0.0.1 localhost\n203.0.113.25 ${MAIL_RELAY.host}\n`);
  const [, ...bundled] = await Promise.all([
    build({
      entryPoints: [new URL('./images/smtp-relay.ts', import.meta.url).pathname],
      outfile: at('smtp-relay.mjs'),
      ...{ bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
    }),
    ...Object.entries(SERVICES).map(async ([name, service]) => {
      await bundle(name as Bundle, at(name)); // services are bundles
      return { service, folder: at(name) };
    }),
  ]);
  const jars = at('kafka');
  mkdirSync(jars);
  for (const name of readdirSync(toolPath('kafka'))) linkOrCopy(join(toolPath('kafka'), name), join(jars, name));
  const topics = at('payment', 'kafka-topics.mjs');
  copyFileSync(new URL('./images/kafka-topics.mjs', import.meta.url), topics);
  const passwd = { '/etc/passwd': file('passwd', PASSWD) };
  return [
    ...bundled.map(({ service, folder: cwd }) => ({
      match: `weft-shop/${service}:*`,
      command: ['node', 'main.js'],
      args: 'container' as const,
      cwd,
      env: {
        ...IMAGE_VARIABLES,
        PATH: path(at('bin')),
        ...(service === 'notification-service' && { NODE_EXTRA_CA_CERTS: cert }),
      },
      ...(service === 'notification-service' && { files: { '/etc/hosts': hosts } }),
    })),
    {
      match: 'postgres:15*',
      command: ['sh', script('postgres.sh')],
      env: { PATH: path(dirname(toolPath('postgres'))) },
      files: passwd,
    },
    {
      match: 'rabbitmq:*',
      command: ['rabbitmq-server'],
      env: {
        PATH: path(dirname(toolPath('rabbitmq-server')), dirname(toolPath('epmd'))),
        LANG: 'C.UTF-8',
        RABBITMQ_LOGS: '-',
        // One thread that sleeps when there is nothing to do: the machine is small.
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 +sbwt none',
      },
      files: passwd,
    },
    {
      match: 'apache/kafka:*',
      command: ['sh', script('kafka.sh')],
      args: 'container',
      env: { PATH: path(at('bin'), dirname(toolPath('java'))), JARS: jars, TOPICS_PROGRAM: topics },
      files: { '/opt/kafka/bin/kafka-topics.sh': script('kafka-topics.sh') },
    },
    {
      match: MAIL_RELAY.image,
      command: ['node', at('smtp-relay.mjs'), key, cert],
      env: { PATH: path(at('bin')) },
      wait_for_ports: true,
    },
  ];
};
