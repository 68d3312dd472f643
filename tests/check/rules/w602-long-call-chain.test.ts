import { expect, test } from 'vitest';
import { longCallChain } from '../../../charts-src/check/rules/w602-long-call-chain.ts';
import { found, wordsOf } from '../found.ts';
import { service } from '../parts.ts';
import { caller, deployment, postgres } from '../shop-yaml.ts';

const chain = (...names: readonly string[]) =>
  names.map((name, index) => caller(name, ...names.slice(index + 1, index + 2)));
const at = (name: string) => `warning Deployment shop/${name} spec.template.spec.containers[0].env[0]`;
const told = (yaml: readonly string[]) => found(longCallChain, yaml).map((line) => line.replace(/ \| .*$/, ''));

test.each([
  { name: 'five in a row', yaml: chain('a', 'b', 'c', 'd', 'e'), at: [at('a')] },
  { name: 'four in a row', yaml: chain('a', 'b', 'c', 'd'), at: [] },
  {
    name: 'many that call the same chain are told once',
    yaml: [...chain('a', 'b', 'c', 'd', 'e'), caller('u', 'b'), caller('v', 'b')],
    at: [at('a')],
  },
  {
    name: 'a database at the end is no service',
    yaml: [
      ...chain('a', 'b', 'c'),
      service('d'),
      deployment('d', { env: { DB_HOST: 'shop-db' } }),
      postgres('shop-db'),
    ],
    at: [],
  },
  {
    name: 'a client that nobody calls is no service',
    yaml: [...chain('a', 'b', 'c', 'd'), deployment('load', { env: { A_URL: 'http://a' } })],
    at: [],
  },
  {
    name: 'many calls of one',
    yaml: [caller('a', 'b', 'c', 'd', 'e', 'f'), ...['b', 'c', 'd', 'e', 'f'].map((one) => caller(one))],
    at: [],
  },
  {
    name: 'a circle counts once',
    yaml: [caller('a', 'b'), caller('b', 'c', 'a'), caller('c', 'd', 'b'), caller('d', 'c')],
    at: [],
  },
])('$name', ({ yaml, at: expected }) => expect(told(yaml)).toEqual(expected));

test('names every call with its place', () => {
  const [words] = wordsOf(longCallChain, chain('a', 'b', 'c', 'd', 'e'));
  expect(words).toMatch(
    /5 services .*a -> b \(B_URL, mesh\.yaml:\d+\), b -> c .*, c -> d .*, d -> e \(E_URL, mesh\.yaml:\d+\);/,
  );
});

test('chains of any length are read without recursion', () => {
  const names = Array.from({ length: 3000 }, (_, index) => `s${index}`);
  expect(told(chain(...names))).toEqual([at('s0')]);
});
