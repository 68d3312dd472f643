import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Mailer } from '../../apps/notification/business/mail.ts';
import { folderMailer } from '../../apps/notification/mail/folder-mailer.ts';
import { smtpMailer, type SmtpRelay } from '../../apps/notification/mail/smtp-mailer.ts';
import { notifications } from '../../apps/notification/module.ts';
import type { EventNamed } from '../../apps/shared/events/catalogue.ts';
import { supervise } from '../../apps/shared/runtime/supervise.ts';
import { orderEvents } from '../apps/order-events.ts';
import { selfSigned } from '../support/certificate.ts';
import { giveBack, takeAway } from '../support/postgres.ts';
import { startSmtp, type SmtpServer } from '../support/smtp-server.ts';
import { until } from '../support/until.ts';
import { moduleOnPostgres, type ModuleOnPostgres } from './module-on-postgres.ts';

const PATIENCE = { timeoutMs: 20_000 };
const FROM = 'shop@example.com';

const user = (userId: string) => {
  const about = { event_id: randomUUID(), subject_id: userId, user_id: userId, version: 1 as const };
  return {
    registered: (email: string, timestamp = '2026-05-04T09:00:00.000Z'): EventNamed<'UserRegistered'> => ({
      ...about,
      event_id: randomUUID(),
      event_type: 'UserRegistered',
      email,
      name: 'Ada Lovelace',
      timestamp,
    }),
    moved: (email: string, timestamp: string): EventNamed<'UserEmailChanged'> => ({
      ...about,
      event_id: randomUUID(),
      event_type: 'UserEmailChanged',
      email,
      timestamp,
    }),
  };
};

describe('notification on PostgreSQL and SMTP', () => {
  let relay: SmtpServer;
  let service: ModuleOnPostgres;
  /** What mails go through; a test may put something in between. */
  let mailer: Mailer;
  let controller: AbortController;
  let working: Promise<void> = Promise.resolve();

  beforeAll(async () => {
    relay = await startSmtp();
    service = await moduleOnPostgres((world) => notifications({ ...world, mailer: (mail) => mailer(mail) }));
  });
  afterAll(async () => {
    await service?.close();
    await relay?.stop();
  });
  beforeEach(async () => {
    relay.answers.clear();
    (relay.mails as unknown[]).length = 0; // ours, between tests
    mailer = smtpMailer({ host: '127.0.0.1', port: relay.port, tls: 'off', from: FROM });
    await service.query('truncate notifications.addresses, notifications.notifications, notifications.inbox');
    controller = new AbortController();
  });
  afterEach(async () => {
    controller.abort();
    await working;
  });
  /** Sets the postmen of both processes to work. */
  const startPostmen = (): void => {
    const workers = service.modules.flatMap((module) => module.workers);
    working = supervise(workers, pino({ level: 'silent' }), controller.signal);
  };
  const states = () =>
    service.query<{ kind: string; status: string; reason: string | null; tries: number }>(
      'select kind, status, reason, tries from notifications.notifications order by position',
    );
  const untilSettled = () =>
    until('nothing is queued', PATIENCE, async () => (await states()).every(({ status }) => status !== 'queued'));

  test('a user is welcomed, and told of an order and of its end, each once', async () => {
    startPostmen();
    const { created, cancelled, user_id, order_id } = orderEvents();
    for (const event of [user(user_id).registered('ada@example.com'), created, cancelled])
      await Promise.all([service.handle(event, 0), service.handle(event, 1), service.handle(event, 0)]);
    await until('three are sent', PATIENCE, () => relay.mails.length === 3);
    await untilSettled();
    expect(relay.mails.map(({ from, to }) => [from, to])).toEqual(Array(3).fill([FROM, 'ada@example.com']));
    expect(new Set(relay.mails.map(({ headers }) => headers.get('subject')))).toEqual(
      new Set(['Welcome to the shop', `We have your order ${order_id}`, `Your order ${order_id} is cancelled`]),
    );
    expect(relay.mails.map(({ text }) => text).join()).toContain('2 x coffee-beans-1kg');
    expect((await states()).map(({ kind, status }) => [kind, status])).toEqual([
      ['welcome', 'sent'],
      ['order_confirmed', 'sent'],
      ['order_cancelled', 'sent'],
    ]);
  });

  test('an order whose end came first is not confirmed any more', async () => {
    const { created, cancelled, user_id } = orderEvents();
    await service.handle(cancelled);
    await service.handle(created);
    expect((await states()).map(({ kind }) => kind)).toEqual(['order_cancelled']);
    expect(relay.mails).toEqual([]);
    startPostmen();
    await service.handle(user(user_id).registered('ada@example.com'));
    await until('both are sent', PATIENCE, () => relay.mails.length === 2);
  });

  test('mail goes to the latest address, also when the news of it came first', async () => {
    const { created, user_id } = orderEvents();
    const { registered, moved } = user(user_id);
    await service.handle(moved('third@example.com', '2026-05-04T09:00:02.000Z'));
    await service.handle(registered('first@example.com', '2026-05-04T09:00:00.000Z'));
    await service.handle(moved('second@example.com', '2026-05-04T09:00:01.000Z'));
    await service.handle(created);
    startPostmen();
    await until('both are sent', PATIENCE, () => relay.mails.length === 2);
    expect(new Set(relay.mails.map(({ to }) => to))).toEqual(new Set(['third@example.com']));
  });

  test('two postmen do not send anything twice', async () => {
    startPostmen();
    const users = Array.from({ length: 50 }, (_, index) => ({ id: randomUUID(), email: `user${index}@example.com` }));
    await Promise.all(users.map(({ id, email }, index) => service.handle(user(id).registered(email), index)));
    await untilSettled();
    expect(relay.mails.map(({ to }) => to).sort()).toEqual(users.map(({ email }) => email).sort());
  });

  test.each([
    { name: 'a mailbox that is not there', word: 'RCPT', answer: '550 no such user', status: 'failed' },
    { name: 'a mail that is not wanted', word: 'END', answer: '554 no', status: 'failed' },
    { name: 'a full mailbox', word: 'RCPT', answer: '452 full', status: 'queued' },
    { name: 'a relay that does not know us', word: 'MAIL', answer: '530 log in first', status: 'queued' },
    { name: 'a relay that hangs up', word: 'DATA', answer: 'CLOSE', status: 'queued' },
  ])('$name: $status', async ({ word, answer, status }) => {
    relay.answers.set(word, answer);
    await service.handle(user(randomUUID()).registered('ada@example.com'));
    startPostmen();
    await until('it was tried', PATIENCE, async () => (await states())[0]?.reason != null);
    expect(await states()).toMatchObject([
      { status, tries: 1, reason: answer === 'CLOSE' ? expect.any(String) : `the relay says: ${answer}` },
    ]);
    expect(relay.mails).toEqual([]);
  });

  test('a process that dies after the handover sends it again, with the same id', async () => {
    const relayed = mailer;
    let deaths = 0;
    mailer = async (mail) => {
      const handover = await relayed(mail);
      if ((deaths += 1) === 1) return new Promise(() => undefined); // what comes after never happens
      return handover;
    };
    await service.handle(user(randomUUID()).registered('ada@example.com'));
    const [first, second] = service.modules.map(({ workers }) => workers);
    void first?.[0]?.run(controller.signal).catch(() => undefined);
    await until('it was handed over', PATIENCE, () => relay.mails.length === 1);
    // The lease of the one that died runs out.
    await service.query("update notifications.notifications set next_try_at = now() - interval '1 second'");
    working = supervise(second ?? [], pino({ level: 'silent' }), controller.signal);
    await until('it is sent', PATIENCE, async () => (await states())[0]?.status === 'sent');
    expect(relay.mails).toHaveLength(2);
    expect(new Set(relay.mails.map(({ headers }) => headers.get('message-id'))).size).toBe(1);
  });

  test('a database that goes away after the handover learns of it when it is back', async () => {
    const [{ name } = { name: '' }] = await service.query<{ name: string }>('select current_database() as name');
    const relayed = mailer;
    mailer = async (mail) => {
      const handover = await relayed(mail);
      await takeAway(inject('postgres'), name);
      setTimeout(() => void giveBack(inject('postgres'), name), 2_000);
      return handover;
    };
    await service.handle(user(randomUUID()).registered('ada@example.com'));
    startPostmen();
    await until('it was handed over', PATIENCE, () => relay.mails.length === 1);
    await until('it is sent', PATIENCE, async () => (await states().catch(() => []))[0]?.status === 'sent');
    expect(relay.mails).toHaveLength(1);
  });

  test('a user sees their own notifications, in pages, the latest first', async () => {
    const { created, cancelled, user_id, order_id } = orderEvents();
    for (const event of [user(user_id).registered('ada@example.com'), created, cancelled]) await service.handle(event);
    const as = { userId: user_id };
    const list = `/notifications?user_id=${user_id}`;
    const kinds = (body: unknown): string[] =>
      (body as { notifications: { kind: string }[] }).notifications.map(({ kind }) => kind); // its contract
    const first = await service.ask('GET', `${list}&limit=2`, { as });
    expect(kinds(first.body)).toEqual(['order_cancelled', 'order_confirmed']);
    const { next_cursor: cursor } = first.body as { next_cursor: string }; // its contract
    const rest = await service.ask('GET', `${list}&limit=2&cursor=${cursor}`, { as });
    expect(kinds(rest.body)).toEqual(['welcome']);
    expect(rest.body).not.toHaveProperty('next_cursor');
    expect(kinds((await service.ask('GET', `${list}&order_id=${order_id}`, { as })).body)).toHaveLength(2);
    expect(JSON.stringify(first.body)).not.toContain('ada@example.com');

    expect(await service.ask('GET', list, { as: { userId: randomUUID() } })).toMatchObject({
      status: 403,
      body: { type: '/problems/not-yours' },
    });
    expect(await service.ask('GET', `${list}&order_id=${order_id}&cursor=${cursor}`, { as })).toMatchObject({
      status: 422,
    });
    expect(await service.ask('GET', list)).toMatchObject({ status: 401 });
  });
});

describe('mail adapters', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-mail-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const mail = { id: 'n1', to: 'ada@example.com', subject: 'Hello', text: '.\nGrüße\n' };

  test('TLS: a relay is believed by its certificate only, and gets name and password then', async () => {
    const [own, other] = [selfSigned('localhost'), selfSigned('localhost')];
    const relay = await startSmtp(own);
    try {
      const to = (ca: string, host = 'localhost'): SmtpRelay => ({
        ...{ host, port: relay.port, tls: 'on', from: FROM, ca },
        ...{ user: 'shop', password: 'secret' },
      });
      expect(await smtpMailer(to(own.cert))(mail)).toEqual({ outcome: 'accepted' });
      expect(relay.mails).toMatchObject([{ to: mail.to, login: ':shop:secret', text: mail.text }]);
      await expect(smtpMailer(to(other.cert))(mail)).rejects.toThrow(/certificate|self-signed/);
      await expect(smtpMailer(to(own.cert, '127.0.0.1'))(mail)).rejects.toThrow(/certificate|altname/i);
      expect(relay.mails).toHaveLength(1);
    } finally {
      await relay.stop();
    }
  });

  test('an address that would say more than an address does not reach the relay', async () => {
    const relay = await startSmtp();
    try {
      const send = smtpMailer({ host: '127.0.0.1', port: relay.port, tls: 'off', from: FROM });
      for (const to of ['a@b>\r\nRCPT TO:<eve@example.com', 'ada@example.com ', '<>', 'ada'])
        expect(await send({ ...mail, to })).toMatchObject({ outcome: 'refused' });
      expect(relay.mails).toEqual([]);
    } finally {
      await relay.stop();
    }
  });

  test('a relay that says nothing, or is not there, is an error in time', async () => {
    const relay = await startSmtp();
    relay.answers.set('EHLO', '250-still');
    const send = smtpMailer({ host: '127.0.0.1', port: relay.port, tls: 'off', from: FROM, timeoutMs: 200 });
    await expect(send(mail)).rejects.toThrow('silent for 200 ms');
    await relay.stop();
    await expect(send(mail)).rejects.toThrow('ECONNREFUSED');
  });

  test('a relay that says a letter now and then is an error in time, too', async () => {
    const relay = createServer((socket) => {
      const dripping = setInterval(() => socket.write('2'), 50);
      socket.on('error', () => undefined).on('close', () => clearInterval(dripping));
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = relay.address() as AddressInfo; // it listens on a port
      const patience = { timeoutMs: 200, deadlineMs: 600 };
      const send = smtpMailer({ host: '127.0.0.1', port, tls: 'off', from: FROM, ...patience });
      await expect(send(mail)).rejects.toThrow('longer than 600 ms');
    } finally {
      relay.close();
    }
  });

  test('what a relay says of an address is kept without it', async () => {
    const relay = await startSmtp();
    try {
      relay.answers.set('RCPT', `550 5.1.1 <${mail.to}>: ${mail.to} is unknown here`);
      const send = smtpMailer({ host: '127.0.0.1', port: relay.port, tls: 'off', from: FROM });
      expect(await send(mail)).toEqual({
        outcome: 'refused',
        reason: 'the relay says: 550 5.1.1 <[address]>: [address] is unknown here',
      });
    } finally {
      await relay.stop();
    }
  });

  test('a folder holds each mail once', async () => {
    const send = folderMailer({ folder: join(folder, 'sent'), from: FROM });
    await send(mail);
    await send(mail);
    expect(readFileSync(join(folder, 'sent', 'n1.eml'), 'utf8')).toContain('To: ada@example.com\r\nSubject: Hello\r\n');
  });
});
