import { describe, expect, test } from 'vitest';
import { celProblem } from '../../../charts-src/check/validation/cel.ts';
import { goDuration } from '../../../charts-src/check/validation/go-duration.ts';
import {
  headerValueProblem,
  isClaimName,
  isMatchableHeader,
} from '../../../charts-src/check/validation/header-syntax.ts';
import { hostProblem, listenerHostProblem, nameProblem } from '../../../charts-src/check/validation/host-syntax.ts';
import { isIp, isIpOrSubnet, isSubnet } from '../../../charts-src/check/validation/ip-syntax.ts';
import { labelKeyProblem } from '../../../charts-src/check/validation/label-syntax.ts';
import { quantity } from '../../../charts-src/check/validation/quantity.ts';

describe('addresses', () => {
  test.each([
    '0.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    '2001:db8::1',
    '1:2:3:4:5:6:7:8',
    '::ffff:1.2.3.4',
    'fe80::1%eth0',
  ])('%s', (text) => {
    expect(isIp(text)).toBe(true);
  });
  test.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.1.1.1',
    ':',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '::1.2.3',
    '1.2.3.4::',
    '12345::',
    'fe80::1%',
    '1.2.3.4%eth0',
    ' 1.2.3.4',
  ])('not %j', (text) => {
    expect(isIp(text)).toBe(false);
  });
  test.each(['10.0.0.0/8', '10.1.2.3/8', '0.0.0.0/0', '::/0', '2001:db8::/128'])('%s', (text) => {
    expect(isSubnet(text)).toBe(true);
  });
  test.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '::/129',
    'fe80::%eth0/64',
    '10.0.0.0/8/8',
  ])('not %j', (text) => {
    expect(isSubnet(text)).toBe(false);
  });
  test('either', () => {
    expect(['10.0.0.1', '10.0.0.0/8', 'a', 'a/8'].map(isIpOrSubnet)).toEqual([true, true, false, false]);
  });
});

describe('hosts', () => {
  test.each(['a', 'a.b', 'A.b', 'a.b.', '1a.b', 'a-b.c', `${'x'.repeat(63)}.c`, 'a.99999999999999999999'])(
    '%s is a name',
    (host) => {
      expect(nameProblem(host)).toBeUndefined();
    },
  );
  test.each([
    '',
    '*',
    '*.a',
    'a..b',
    '.a',
    'a_b',
    '-a',
    'a-',
    'a.1',
    '1.2.3.4',
    'a b',
    `${'x'.repeat(64)}.c`,
    `${'abcdefg.'.repeat(32)}com`,
  ])('%j is no name', (host) => {
    expect(nameProblem(host)).toBeTypeOf('string');
  });
  test.each(['*', '*.a', '*a', '*-a.b', 'a.b'])('%s is a host', (host) => {
    expect(hostProblem(host)).toBeUndefined();
  });
  test.each(['**', '*_a', 'a.*', '*.*', 'a*', '*-', '*.a.1'])('%j is no host', (host) => {
    expect(hostProblem(host)).toBeTypeOf('string');
  });
  test('of listeners', () => {
    expect(['*', '*.a', 'a.b'].map((host) => listenerHostProblem(host, false))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(listenerHostProblem('a', true)).toContain('short name');
    expect(listenerHostProblem('*a.b', true)).toContain('"*"');
    expect(listenerHostProblem('10.0.0.1', true)).toBeUndefined();
    expect(listenerHostProblem('10.0.0.1', false)).toBeTypeOf('string');
  });
});

describe('headers', () => {
  test.each([
    '',
    'a',
    '%%',
    '100%%',
    '%A%',
    '%A_B%%C%',
    '%REQ(X)%',
    '%REQ( X )%',
    '%A(["a"])%',
    '%A([ "a" , "b\\"" ])%',
  ])('value %j', (value) => {
    expect(headerValueProblem(value)).toBeUndefined();
  });
  test.each([
    '%',
    '100%',
    '%A',
    '%%%',
    '%REQ(X',
    '%REQ(X)',
    '%REQ(X)a%',
    '%A([a])%',
    '%A(["a" "b"])%',
    '%A(["a"]x)%',
    '%A(["a%',
    'a\nb',
    '\u0000',
  ])('not %j', (value) => {
    expect(headerValueProblem(value)).toBeTypeOf('string');
  });
  test('names', () => {
    expect([':method', 'x-user', '@request.auth.claims.a', 'x user', ''].map(isMatchableHeader)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(
      [
        '@request.auth.claims.a',
        '@Request.Auth.Claims[a][b]',
        '@request.auth.claims',
        '@request.auth.claims.',
        '@request.auth.claims[]',
      ].map(isClaimName),
    ).toEqual([true, true, false, false, false]);
  });
});

describe('CEL', () => {
  test.each([
    'a',
    'response.code >= 400',
    'request.headers[\'x\'] == "y" && !(a in [1, 2u, 0x1F, 1.5, 1e3])',
    'has(a.b) ? a.b : {"k": 1, true: null}',
    'list.all(x, x > 0) || list.exists(y, y < -9223372036854775808)',
    'a.map(x, x > 0, x + 1)',
    'r"\\d" + b"\\x41" + """a "b" c"""',
    'Message{field: 1}',
    '.a.b(c)[0]',
    '- - 1 // a comment',
    '[1,]',
  ])('%j', (expression) => {
    expect(celProblem(expression)).toBeUndefined();
  });
  test.each([
    '',
    'a ==',
    '== a',
    'a b',
    '(a',
    'a)',
    '[1',
    '{1}',
    'a.1b',
    'has(a)',
    'x.all(1, y)',
    '"a',
    '"\\q"',
    'if',
    'a ? b',
    '9223372036854775808',
    '1 - -',
    'a &&',
    '@',
    'a..b',
    '('.repeat(300),
  ])('not %j', (expression) => {
    expect(celProblem(expression)).toBeTypeOf('string');
  });
});

test('durations as Go reads them', () => {
  expect(goDuration('1h30m0.5s')).toBe(5_400_500_000_000n);
  expect(goDuration('1.0005s')).toBe(1_000_500_000n);
  expect(goDuration('1500us')).toBe(1_500_000n);
  expect(goDuration('-1s')).toBe(-1_000_000_000n);
  expect(goDuration('+.5ms')).toBe(500_000n);
  expect(goDuration('0')).toBe(0n);
  for (const text of ['', '5', '1d', 's', '1 s', '.s', '300000h'.repeat(9), '9'.repeat(99) + 'ns'])
    expect(goDuration(text)).toBeUndefined();
});

test('quantities', () => {
  expect(['1', '0.5', '500m', '1Ki', '1e3', '1E', 2].map(quantity)).toEqual([1, 0.5, 0.5, 1024, 1000, 1e18, 2]);
  expect(['', '1MB', '1 Gi', 'Gi', '1e', 'ten', true].map(quantity)).toEqual(
    Array.from({ length: 7 }, () => undefined),
  );
});

test('keys of labels', () => {
  for (const key of ['app', 'a.b_c-d', 'example.com/app', 'x'.repeat(63)]) expect(labelKeyProblem(key)).toBeUndefined();
  for (const key of ['', 'a b', '-a', 'a/', '/a', 'a/b/c', 'x'.repeat(64), `${'x'.repeat(254)}/a`])
    expect(labelKeyProblem(key)).toBeTypeOf('string');
});
