import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { Handover, Mail, Mailer } from '../../../apps/notification/business/mail.ts';
import { wording } from '../../../apps/notification/business/notification.ts';
import { postman, type Due, type Tray } from '../../../apps/notification/business/postman.ts';
import { mailerOf, mailSettings } from '../../../apps/notification/mail/mailer-of.ts';
import { mimeText } from '../../../apps/notification/mail/mime-text.ts';
import { readConfig, type Variables } from '../../../apps/shared/runtime/config.ts';

const log = pino({ level: 'silent' });
const HOUR_MS = 3_600_000;

interface Entry extends Due {
  status: 'queued' | 'sent' | 'failed';
  nextTryAt: number;
  reason?: string | undefined;
}

/** One notification, and a clock that only moves when told. */
function desk(mailer: Mailer) {
  let now = 0;
  const entry: Entry = {
    notificationId: 'n1',
    orderId: 'o1',
    message: { kind: 'order_cancelled', reason: 'Too many' },
    email: 'ada@example.com',
    createdAt: new Date(0),
    tries: 0,
    status: 'queued',
    nextTryAt: 0,
  };
  /** How often the database still refuses what became of the mail. */
  let deaf = 0;
  const heard = (): void => {
    if (deaf > 0) throw new Error(`the database is away ${deaf--} more times`);
  };
  const tray: Tray = {
    take: async (_most, times) => {
      if (entry.status !== 'queued' || entry.nextTryAt > times.now.getTime()) return [];
      Object.assign(entry, { nextTryAt: times.until.getTime(), tries: entry.tries + 1 });
      return [{ ...entry }];
    },
    settle: async (_id, status, reason) => {
      heard();
      Object.assign(entry, { status, reason });
    },
    postpone: async (_id, until, reason) => {
      heard();
      Object.assign(entry, { nextTryAt: until.getTime(), reason });
    },
  };
  /** Lets the postman look once, at a time; with a database that is away so often. */
  const look = async (at: number, { away = 0, forMs = 5 } = {}): Promise<void> => {
    now = at;
    deaf = away;
    const controller = new AbortController();
    const running = postman(tray, { mailer, clock: () => new Date(now), log }).run(controller.signal);
    await new Promise((resolve) => setTimeout(resolve, forMs));
    controller.abort();
    await running;
  };
  return { entry, look };
}

/** A relay that answers so, time after time. */
function relay(...answers: readonly (Handover | Error)[]) {
  const mails: Mail[] = [];
  const mailer: Mailer = async (mail) => {
    const answer = answers[mails.length] ?? answers.at(-1);
    mails.push(mail);
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer');
    return answer;
  };
  return { mails, mailer };
}

describe('the postman', () => {
  test('sends what is queued, once', async () => {
    const { mails, mailer } = relay({ outcome: 'accepted' });
    const { entry, look } = desk(mailer);
    await look(0);
    await look(HOUR_MS);
    expect(entry.status).toBe('sent');
    expect(mails).toMatchObject([{ id: 'n1', to: 'ada@example.com', subject: 'Your order o1 is cancelled' }]);
  });

  test('tries again later when the relay is away, and again later still', async () => {
    const { mails, mailer } = relay(new Error('ECONNREFUSED'), new Error('ECONNREFUSED'), { outcome: 'accepted' });
    const { entry, look } = desk(mailer);
    await look(0);
    await look(4_999);
    expect(mails).toHaveLength(1);
    await look(5_000);
    await look(14_999);
    expect(mails).toHaveLength(2);
    expect(entry).toMatchObject({ status: 'queued', reason: 'ECONNREFUSED' });
    await look(15_000);
    expect(entry.status).toBe('sent');
    expect(new Set(mails.map(({ id }) => id)).size).toBe(1);
  });

  test.each([
    { name: 'took', answer: { outcome: 'accepted' } as const, noted: { status: 'sent' } },
    { name: 'did not take', answer: new Error('away'), noted: { status: 'queued', nextTryAt: 5_000 } },
  ])('keeps what the relay $name until the database hears it', async ({ answer, noted }) => {
    const { mails, mailer } = relay(answer);
    const { entry, look } = desk(mailer);
    await look(0, { away: 2, forMs: 1_200 });
    expect(entry).toMatchObject(noted);
    expect(mails).toHaveLength(1);
  });

  test('is not kept from stopping by a database that is away: the mail waits for the end of its lease', async () => {
    const { mails, mailer } = relay({ outcome: 'accepted' });
    const { entry, look } = desk(mailer);
    await expect(look(0, { away: Infinity })).rejects.toThrow('the database is away');
    await look(119_999);
    expect(mails).toHaveLength(1);
    await look(120_000);
    expect(mails).toHaveLength(2);
    expect(entry.status).toBe('sent');
  });

  test('gives up what the relay refuses, and after a day what it never took', async () => {
    const refused = desk(relay({ outcome: 'refused', reason: '550 no such mailbox' }).mailer);
    await refused.look(0);
    expect(refused.entry).toMatchObject({ status: 'failed', reason: '550 no such mailbox' });
    const away = desk(relay(new Error('away')).mailer);
    await away.look(0);
    await away.look(24 * HOUR_MS);
    expect(away.entry.status).toBe('queued');
    await away.look(25 * HOUR_MS);
    expect(away.entry).toMatchObject({ status: 'failed', reason: 'away' });
  });
});

describe('a mail', () => {
  test('says what was ordered', () => {
    const { text } = wording({ kind: 'order_confirmed', items: [{ product_id: 'mug-white', quantity: 3 }] }, 'o1');
    expect(text).toContain('order o1:\n\n3 x mug-white\n');
  });

  test('travels without a line that could end it or become a header', () => {
    const mail = { id: 'n1', to: 'ada@example.com', subject: 'Grüße\r\nBcc: eve@example.com', text: '.\r\nüber\r\n.' };
    const [head = '', body = ''] = mimeText(mail, { from: 'shop@example.com', date: new Date(0) }).split('\r\n\r\n');
    expect(head).not.toContain('Bcc');
    expect(head).toContain('Message-ID: <n1@example.com>');
    expect(head).toContain('Date: Thu, 01 Jan 1970 00:00:00 +0000');
    expect(body).not.toMatch(/^\./m);
    expect(Buffer.from(body, 'base64').toString()).toBe('.\r\nüber\r\n.');
  });
});

describe('where mails go', () => {
  const mailer = (environment: 'dev' | 'staging' | 'prod', variables: Variables) =>
    mailerOf({ ...readConfig(mailSettings, variables), ENVIRONMENT: environment }, log);

  test('outside of dev they need a relay, and TLS on the way to it', () => {
    expect(() => mailer('prod', {})).toThrow('SMTP_HOST: is not set');
    expect(() => mailer('prod', { MAIL_FOLDER: '/tmp/mails' })).toThrow('SMTP_HOST: is not set');
    expect(() => mailer('staging', { SMTP_HOST: 'smtp.example.com', SMTP_TLS: 'off' })).toThrow('SMTP_TLS: ');
    expect(mailer('prod', { SMTP_HOST: 'smtp.example.com' })).toBeTypeOf('function');
  });

  test('in dev the log will do, where no address stands', async () => {
    const lines: string[] = [];
    const send = mailerOf(
      { ...readConfig(mailSettings, {}), ENVIRONMENT: 'dev' },
      pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }),
    );
    expect(await send({ id: 'n1', to: 'ada@example.com', subject: 'Hello', text: '' })).toEqual({
      outcome: 'accepted',
    });
    expect(lines.join()).toContain('Hello');
    expect(lines.join()).not.toContain('ada@');
  });
});
