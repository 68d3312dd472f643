import type { Clock, Worker } from '../../shared/module.ts';
import type { Log } from '../../shared/runtime/log.ts';
import { pauseFor } from '../../shared/runtime/supervise.ts';
import type { Handover, Mailer } from './mail.ts';
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

/** What was neither taken nor refused, and is tried again. */
interface Failure {
  readonly outcome: 'failed';
  readonly reason: string;
}

const AT_A_TIME = 10;
const IDLE_MS = 300;
/** How long a mail is kept from others once it is taken: longer than any handover takes. */
export const LEASE_MS = 120_000;
/** How often the database is asked to take what became of a mail, while it is away. */
const NOTE_AGAIN_MS = 500;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
const GIVE_UP_MS = 24 * 3_600_000;

/**
 * Sends what is queued. A mail is marked as sent after the relay has taken it: if this process dies between the two, it
 * is sent a second time, with the same id. SMTP has no way to do better; what never happens is that one is not sent.
 */
export function postman(tray: Tray, { mailer, clock, log }: { mailer: Mailer; clock: Clock; log: Log }): Worker {
  const later = (ms: number): Date => new Date(clock().getTime() + ms);

  async function handOver({ notificationId, orderId, message, email, tries }: Due): Promise<Handover | Failure> {
    try {
      const handover = await mailer({ id: notificationId, to: email, ...wording(message, orderId) });
      if (handover.outcome === 'refused')
        log.warn({ notification_id: notificationId, reason: handover.reason }, 'a mail was refused');
      return handover;
    } catch (error) {
      log.warn({ notification_id: notificationId, tries, err: error }, 'a mail could not be sent');
      return { outcome: 'failed', reason: reasonOf(error) };
    }
  }

  function note({ notificationId, createdAt, tries }: Due, handover: Handover | Failure): Promise<void> {
    if (handover.outcome === 'accepted') return tray.settle(notificationId, 'sent');
    const isHopeless = handover.outcome === 'refused' || clock().getTime() - createdAt.getTime() > GIVE_UP_MS;
    if (isHopeless) return tray.settle(notificationId, 'failed', handover.reason);
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
    return tray.postpone(notificationId, later(pauseMs), handover.reason);
  }

  async function send(due: Due, until: Date, signal: AbortSignal): Promise<void> {
    const handover = await handOver(due);
    // The database may be away just now. What it never hears of is sent again, and not before the lease is over.
    for (;;)
      try {
        return await note(due, handover);
      } catch (error) {
        if (signal.aborted || clock() >= until) throw error;
        log.warn({ notification_id: due.notificationId, err: error }, 'what became of a mail could not be noted');
        await pauseFor(NOTE_AGAIN_MS, signal);
      }
  }

  return {
    name: 'postman',
    run: async (signal) => {
      while (!signal.aborted) {
        const until = later(LEASE_MS);
        const due = await tray.take(AT_A_TIME, { now: clock(), until });
        await Promise.all(due.map((one) => send(one, until, signal)));
        if (due.length < AT_A_TIME) await pauseFor(IDLE_MS, signal);
      }
    },
  };
}
