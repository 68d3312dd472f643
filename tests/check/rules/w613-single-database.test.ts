import { expect, test } from 'vitest';
import { singleDatabase } from '../../../charts-src/check/rules/w613-single-database.ts';
import { found } from '../found.ts';
import { service } from '../parts.ts';
import { deployment, postgres } from '../shop-yaml.ts';

const told = (...yaml: readonly string[]) => found(singleDatabase, yaml).map((line) => line.replace(/ \| .*$/, ''));

test.each([
  { name: 'one pod', yaml: [postgres('db')], at: ['info StatefulSet shop/db spec.replicas'] },
  { name: 'three', yaml: [postgres('db', { replicas: 3 })], at: [] },
  { name: 'a Deployment is W505', yaml: [postgres('db', { kind: 'Deployment' })], at: [] },
  {
    name: 'a cache',
    yaml: [service('cache'), deployment('cache', { kind: 'StatefulSet', replicas: 1, image: 'redis:8' })],
    at: [],
  },
  { name: 'no Service', yaml: [deployment('db', { kind: 'StatefulSet', replicas: 1, image: 'postgres:15' })], at: [] },
  {
    name: 'no database',
    yaml: [service('orders'), deployment('orders', { kind: 'StatefulSet', replicas: 1 })],
    at: [],
  },
])('$name', ({ yaml, at }) => expect(told(...yaml)).toEqual(at));
