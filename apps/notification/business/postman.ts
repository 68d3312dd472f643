import type { Clock, Worker } from '../../shared/module.ts';
import type { Log } from '../../shared/runtime/log.ts';
import { pauseFor } from '../../shared/runtime/supervise.ts';
import type { Mailer } from './mail.ts';
import { wording, type Message } from './notification.ts';
import { reasonOf } from '../../shared/reason-of.ts';

/** A notification whose turn it is, with the address that its user has now. */
export interface Due {
  readonly notificationId: string;
  readonly orderId: string | undefined;
  readonly message: Message;
  readonly email: string;
  readonly createdAt: Date;
  /** Which try this is, from 1. */
  readonly tries: number;
}

/** Notifications that wait to be sent. */
export interface Tray {
  /** Takes some that are due. Nobody else gets them before `until`; whoever took them and died has not sent them. */
  readonly take: (most: number, times: { readonly now: Date; readonly until: Date }) => Promise<readonly Due[]>;
  readonly settle: (notificationId: string, status: 'sent' | 'failed', reason?: string) => Promise<void>;
  readonly postpone: (notificationId: string, until: Date, reason: string) => Promise<void>;
}

const AT_A_TIME = 10;
const IDLE_MS = 300;
/** Longer than any handover takes. */
const LEASE_MS = 120_000;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
const GIVE_UP_MS = 24 * 3_600_000;

/**
 * Sends what is queued. A mail is marked as sent after the relay has taken it: if this process dies between the two, it
 * is sent a second time, with the same id. SMTP has no way to do better; what never happens is that one is not sent.
 */
export function postman(tray: Tray, { mailer, clock, log }: { mailer: Mailer; clock: Clock; log: Log }): Worker {
  const later = (ms: number): Date => new Date(clock().getTime() + ms);

  async function send({ notificationId, orderId, message, email, createdAt, tries }: Due): Promise<void> {
    try {
      const handover = await mailer({ id: notificationId, to: email, ...wording(message, orderId) });
      if (handover.outcome === 'accepted') return await tray.settle(notificationId, 'sent');
      log.warn({ notification_id: notificationId, reason: handover.reason }, 'a mail was refused');
      await tray.settle(notificationId, 'failed', handover.reason);
    } catch (error) {
      const reason = reasonOf(error);
      log.warn({ notification_id: notificationId, tries, err: error }, 'a mail could not be sent');
      if (clock().getTime() - createdAt.getTime() > GIVE_UP_MS) return tray.settle(notificationId, 'failed', reason);
      await tray.postpone(notificationId, later(Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS)), reason);
    }
  }

  return {
    name: 'postman',
    run: async (signal) => {
      while (!signal.aborted) {
        const due = await tray.take(AT_A_TIME, { now: clock(), until: later(LEASE_MS) });
        await Promise.all(due.map(send));
        if (due.length < AT_A_TIME) await pauseFor(IDLE_MS, signal);
      }
    },
  };
}
