import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostsIn, hostsOfUrlsIn, type HostMention } from '../../charts-src/graph/host-mentions.ts';

const inWords = ({ host, port, scheme, path }: HostMention): string =>
  [scheme ?? '-', host, port ?? '-', path ?? '-'].join(' ');

describe('hosts in a value', () => {
  test.each([
    { value: 'http://users', says: ['http users 80 -'] },
    { value: 'https://users.shop.svc.cluster.local/api/v1', says: ['https users.shop.svc.cluster.local 443 api'] },
    { value: 'users:8080', says: ['- users 8080 -'] },
    { value: 'kafka-0.kafka:9092,kafka-1.kafka:9092', says: ['- kafka-0.kafka 9092 -', '- kafka-1.kafka 9092 -'] },
    { value: 'postgres://app:pa:ss@orders-db/orders?sslmode=disable', says: ['postgres orders-db 5432 orders'] },
    { value: 'jdbc:postgresql://orders-db:6432/orders', says: ['postgresql orders-db 6432 orders'] },
    { value: 'mongodb+srv://db.example.com/shop', says: ['mongodb+srv db.example.com - shop'] },
    { value: 'app:secret@tcp(orders-db:3306)/orders?parseTime=true', says: ['- orders-db 3306 orders'] },
    { value: 'host=orders-db port=5432 dbname=orders user=app', says: ['- orders-db 5432 orders'] },
    { value: 'Server=tcp:orders-db,1433;Initial Catalog=orders', says: ['- orders-db 1433 orders'] },
    { value: '--users-addr=users:8080', says: ['- users 8080 -'] },
    { value: 'HTTP://Users', says: ['http users 80 -'] },
    { value: 'users', says: [] },
    { value: 'orders', isNamedHost: true, says: ['- orders - -'] },
    { value: 'true', says: [] },
    { value: '8080', says: [] },
    { value: 'a=b', says: [] },
    { value: '', isNamedHost: true, says: [] },
    { value: 'http://[::1]:80/', says: [] },
    { value: '2026-11-26T10:00:00Z', says: [] },
  ])('$value', ({ value, isNamedHost = false, says }) =>
    expect(hostsIn(value, isNamedHost).map(inWords)).toEqual(says),
  );

  test('no text makes it fail', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (value, isNamedHost) => {
        for (const { host } of hostsIn(value, isNamedHost)) expect(host).toMatch(/^[a-z0-9]/);
      }),
    );
  });
});

describe('hosts of URLs in a text', () => {
  test('are found wherever they stand', () => {
    const text =
      'users:\n  url: "http://users:8080/api" # and <a href=\'https://shop.example.com\'>\nnot: ://this nor http://';
    expect(hostsOfUrlsIn(text).map(inWords)).toEqual(['http users 8080 api', 'https shop.example.com 443 -']);
  });

  test('in a time that grows with the text alone', () => {
    const text = `${'a'.repeat(200_000)}://${'://'.repeat(50_000)}`;
    const start = performance.now();
    hostsOfUrlsIn(text);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
