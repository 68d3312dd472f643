import { readPage, type Page, type PageRequest } from '../../shared/http/page.ts';
import { Problem } from '../../shared/http/problem.ts';
import type { Identity } from '../../shared/security/token.ts';
import type { Notification } from './notification.ts';

/** Notifications, for looking at: the latest first. */
export interface NotificationView {
  readonly list: (selection: {
    readonly userId: string;
    readonly orderId: string | undefined;
    readonly before: number | undefined;
    readonly limit: number;
  }) => Promise<readonly (Notification & { readonly position: number })[]>;
}

/** @throws Problem 403 for the notifications of another user */
export async function listNotifications(
  view: NotificationView,
  { userId, orderId, ...page }: { readonly userId: string; readonly orderId: string | undefined } & PageRequest,
  caller: Identity,
): Promise<Page<Notification>> {
  if (caller.userId !== userId && !caller.roles.includes('staff'))
    throw new Problem(403, 'The token belongs to another user.', { type: 'not-yours' });
  return readPage(
    `notifications of ${userId} about ${orderId ?? 'all'}`,
    page,
    (after, limit) => view.list({ userId, orderId, before: after === undefined ? undefined : Number(after), limit }),
    ({ position }) => String(position),
  );
}
