import { expect, test } from 'vitest';
import { routeAnswers } from '../../../charts-src/check/rules/w425-route-answers.ts';
import { judged } from '../validation/judged.ts';

const rule = (one: object) => ({ hosts: ['orders'], http: [one] });
const rewrite = (change: object) => rule({ route: [{ destination: { host: 'orders' } }], rewrite: change });

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'a redirect to nowhere', spec: rule({ redirect: { redirectCode: 301 } }), at: ['spec.http[0].redirect'] },
  {
    name: 'a redirect to two paths',
    spec: rule({ redirect: { uri: '/a', prefixRewrite: '/b' } }),
    at: ['spec.http[0].redirect.prefixRewrite'],
  },
  {
    name: 'a prefix of an exact path',
    spec: rule({ match: [{ uri: { exact: '/a' } }], redirect: { prefixRewrite: '/b' } }),
    at: ['spec.http[0].redirect.prefixRewrite'],
  },
  {
    name: 'a prefix',
    spec: rule({ match: [{ uri: { prefix: '/a' } }, { method: { exact: 'GET' } }], redirect: { prefixRewrite: '/b' } }),
    at: [],
  },
  {
    name: 'a status that redirects nobody',
    spec: rule({ redirect: { uri: '/a', redirectCode: 200 } }),
    at: ['spec.http[0].redirect.redirectCode'],
  },
  { name: 'a scheme', spec: rule({ redirect: { scheme: 'ftp' } }), at: ['spec.http[0].redirect.scheme'] },
  { name: 'a port that is none', spec: rule({ redirect: { port: 70000 } }), at: ['spec.http[0].redirect.port'] },
  { name: 'a port', spec: rule({ redirect: { port: 8443, scheme: 'https' } }), at: [] },
  { name: 'a derived port alone', spec: rule({ redirect: { derivePort: 'FROM_REQUEST_PORT' } }), at: [] },
  {
    name: 'an answer with a wrong status',
    spec: rule({ directResponse: { status: 99 } }),
    at: ['spec.http[0].directResponse.status'],
  },
  {
    name: 'a large answer',
    spec: rule({ directResponse: { status: 200, body: { string: 'é'.repeat(60 * 1024) } } }),
    at: ['warning: spec.http[0].directResponse.body.string'],
  },
  {
    name: 'too large an answer',
    spec: rule({ directResponse: { status: 200, body: { bytes: 'AAAA'.repeat(350 * 1024) } } }),
    at: ['spec.http[0].directResponse.body.bytes'],
  },
  { name: 'an answer', spec: rule({ directResponse: { status: 503, body: { string: 'closed' } } }), at: [] },
  { name: 'a rewrite of nothing', spec: rewrite({}), at: ['spec.http[0].rewrite'] },
  {
    name: 'a rewrite in two ways',
    spec: rewrite({ uri: '/a', uriRegexRewrite: { match: 'a', rewrite: 'b' } }),
    at: ['spec.http[0].rewrite.uriRegexRewrite'],
  },
  {
    name: 'half a rewrite',
    spec: rewrite({ uriRegexRewrite: { match: 'a' } }),
    at: ['spec.http[0].rewrite.uriRegexRewrite'],
  },
  {
    name: 'a rewrite with a backreference',
    spec: rewrite({ uriRegexRewrite: { match: '(a)\\1', rewrite: 'b' } }),
    at: ['spec.http[0].rewrite.uriRegexRewrite.match'],
  },
  {
    name: 'a rewrite',
    spec: rewrite({ uriRegexRewrite: { match: '^/a(.*)$', rewrite: '/b\\1' }, authority: 'a.example.com' }),
    at: [],
  },
])('$name', ({ spec, at }) => {
  expect(judged(routeAnswers, 'VirtualService', spec)).toEqual(at);
});
