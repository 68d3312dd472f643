import { expect, test } from 'vitest';
import { databaseWithoutVolume } from '../../../charts-src/check/rules/w612-database-without-volume.ts';
import { found } from '../found.ts';
import { deployment } from '../shop-yaml.ts';

const volumes = (...list: readonly object[]) => ({ pod: { volumes: list } });
const told = (yaml: string) => found(databaseWithoutVolume, [yaml]).map((line) => line.replace(/ \| .*$/, ''));

test.each([
  {
    name: 'nothing',
    yaml: deployment('db', { image: 'postgres:15' }),
    at: ['warning Deployment shop/db spec.template.spec'],
  },
  {
    name: 'an emptyDir',
    yaml: deployment('db', {
      kind: 'StatefulSet',
      image: 'docker.io/library/mongo:8',
      ...volumes({ name: 'data', emptyDir: {} }),
    }),
    at: ['warning StatefulSet shop/db spec.template.spec'],
  },
  {
    name: 'a broker with a Secret only',
    yaml: deployment('mq', {
      image: 'rabbitmq:3.12-management',
      ...volumes({ name: 'key', secret: { secretName: 'key' } }),
    }),
    at: ['warning Deployment shop/mq spec.template.spec'],
  },
  {
    name: 'a claim',
    yaml: deployment('db', {
      image: 'postgres:15',
      ...volumes({ name: 'data', persistentVolumeClaim: { claimName: 'data' } }),
    }),
    at: [],
  },
  {
    name: 'claims of a StatefulSet',
    yaml: deployment('db', { kind: 'StatefulSet', image: 'postgres:15', spec: { volumeClaimTemplates: [{}] } }),
    at: [],
  },
  {
    name: 'a disk of the cloud',
    yaml: deployment('db', { image: 'postgres:15', ...volumes({ name: 'data', csi: {} }) }),
    at: [],
  },
  { name: 'a cache', yaml: deployment('cache', { image: 'redis:8' }), at: [] },
  {
    name: 'what only has to do with one',
    yaml: deployment('numbers', { image: 'example.com/postgres-exporter:1' }),
    at: [],
  },
  { name: 'a job', yaml: deployment('backup', { kind: 'Job', image: 'postgres:15' }), at: [] },
])('$name', ({ yaml, at }) => expect(told(yaml)).toEqual(at));
