import { expect, test } from 'vitest';
import { wrongProtocol } from '../../../charts-src/check/rules/w537-wrong-protocol.ts';
import { ruleHits } from '../rule-hits.ts';
import { service, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'a gRPC probe behind http',
    yaml: workload({ container: 'readinessProbe: { grpc: { port: 8080 } }' }) + service(),
    hits: ['warning Service shop/orders spec.ports[0].name:28'],
  },
  {
    name: 'a port of the container named grpc',
    yaml:
      workload({ ports: '{ name: grpc, containerPort: 8080 }' }) +
      service({ ports: '{ name: http, port: 80, targetPort: grpc }' }),
    hits: ['warning Service shop/orders spec.ports[0].name:28'],
  },
  {
    name: 'a database by its image',
    yaml:
      workload({ image: 'docker.io/bitnami/postgresql:15', ports: '{ name: sql, containerPort: 5432 }' }) +
      service({ ports: '{ name: http, port: 80, targetPort: sql }' }),
    hits: ['warning Service shop/orders spec.ports[0].name:28'],
  },
  {
    name: 'a database by its port number',
    yaml: service({ ports: '{ name: db, port: 6379, appProtocol: http }' }),
    hits: ['warning Service shop/orders spec.ports[0].appProtocol:9'],
  },
  {
    name: 'gRPC as HTTP/2',
    yaml:
      workload({ container: 'readinessProbe: { grpc: { port: 8080 } }' }) +
      service({ ports: '{ name: http2, port: 80, targetPort: http }' }),
    hits: [],
  },
  {
    name: 'gRPC as gRPC',
    yaml:
      workload({ container: 'readinessProbe: { grpc: { port: 8080 } }' }) +
      service({ ports: '{ name: grpc, port: 80, targetPort: http }' }),
    hits: [],
  },
  {
    name: 'a gRPC probe of another port',
    yaml: workload({ container: 'readinessProbe: { grpc: { port: 9090 } }' }) + service(),
    hits: [],
  },
  {
    name: 'the web page of a broker',
    yaml: workload({ image: 'rabbitmq:3-management', ports: '{ name: http, containerPort: 15672 }' }) + service(),
    hits: [],
  },
  { name: 'a database as TCP', yaml: service({ ports: '{ name: tcp-redis, port: 6379 }' }), hits: [] },
  { name: 'an ordinary port', yaml: workload() + service(), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(wrongProtocol, yaml)).toEqual(hits);
});
