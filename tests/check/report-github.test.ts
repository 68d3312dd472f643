import { expect, test } from 'vitest';
import { checkReport } from '../../charts-src/check/report.ts';
import { reportGithub } from '../../charts-src/check/report-github.ts';
import { empty, finding, sample } from './sample-report.ts';

test('findings are workflow commands, one a line, with what would end them escaped', () => {
  expect(reportGithub(sample)).toBe(
    [
      '::error file=-,line=1,col=1,title=W400 A document is no YAML%2C is it%3A never.::no YAML, 100%25: "a,b"%0D%0Asecond line%0Afix: declare the subset "v3", or route to v1 or v2',
      '::warning file=dist/shop.yaml,line=2,col=1,title=W505 A workload is one pod.::VirtualService shop/orders: one pod%0Afix: run 2',
      '::warning file=dist/shop.yaml,line=5,col=2,title=W118 A VirtualService routes to a subset that its DestinationRule does not declare.::VirtualService shop/orders spec.http[0].route[0].destination.subset: the rest is 404%0Afix: declare the subset "v3", or route to v1 or v2',
      '::notice file=dist/shop.yaml,line=6,col=3,title=W118 A VirtualService routes to a subset that its DestinationRule does not declare.::VirtualService shop/orders spec.http[0].route[0].destination.subset: so is this%0Afix: declare the subset "v3", or route to v1 or v2',
      '::error file=dist/shop.yaml,line=7,col=52,title=W104 A VirtualService routes to a subset that its DestinationRule does not declare.::VirtualService shop/orders spec.http[0].route[0].destination.subset: subset "v3" of host "orders" is not declared (declared: v1, v2): requests are answered 503%0Afix: declare the subset "v3", or route to v1 or v2',
      '',
    ].join('\n'),
  );
});

test('a file name cannot end a command', () => {
  const file = 'a,title=x::notice ::owned\n::error ::b%3A.yaml';
  const text = reportGithub(checkReport([{ objects: 1, findings: [finding({ file })], suppressed: [] }]));
  expect(text.split('\n')).toHaveLength(2);
  expect(text).toContain('file=a%2Ctitle=x%3A%3Anotice %3A%3Aowned%0A%3A%3Aerror %3A%3Ab%253A.yaml,line=7');
});

test('nothing found, nothing said', () => {
  expect(reportGithub(empty)).toBe('');
});
