import { expect, test } from 'vitest';
import { serverSpeaksFirst } from '../../../charts-src/check/rules/w538-server-speaks-first.ts';
import { ruleHits } from '../rule-hits.ts';
import { service, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'by its port number',
    yaml: service({ ports: '{ name: mail, port: 587 }' }),
    hits: ['warning Service shop/orders spec.ports[0].name:9'],
  },
  {
    name: 'by its image',
    yaml:
      workload({ image: 'mysql:8', ports: '{ name: sql, containerPort: 3306 }' }) +
      service({ ports: '{ name: db, port: 4000, targetPort: sql }' }),
    hits: ['warning Service shop/orders spec.ports[0].name:28'],
  },
  { name: 'said to be TCP', yaml: service({ ports: '{ name: tcp-mail, port: 587 }' }), hits: [] },
  { name: 'a port that Istio knows by its number', yaml: service({ ports: '{ name: mail, port: 25 }' }), hits: [] },
  { name: 'a client that speaks first', yaml: service({ ports: '{ name: db, port: 5432 }' }), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(serverSpeaksFirst, yaml)).toEqual(hits);
});
