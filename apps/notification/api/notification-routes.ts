import { readContract } from '../../shared/http/contract.ts';
import { routes, type Routes } from '../../shared/http/routes.ts';
import type { Notification } from '../business/notification.ts';
import { listNotifications, type NotificationView } from '../business/notifications.ts';
import type { operations } from '../contract/openapi.d.ts';

const shown = ({ notificationId, userId, orderId, kind, status, createdAt }: Notification) => ({
  notification_id: notificationId,
  user_id: userId,
  ...(orderId !== undefined && { order_id: orderId }),
  kind,
  channel: 'email' as const,
  status,
  created_at: createdAt.toISOString(),
});

/** The contract of notification-service. */
export const notificationRoutes = (view: NotificationView): Routes =>
  routes<operations>(readContract('notification'), {
    listNotifications: async ({ query: { user_id: userId, order_id: orderId, ...page }, caller }) => {
      const { items, ...next } = await listNotifications(view, { userId, orderId, ...page }, caller());
      return { status: 200, body: { notifications: items.map(shown), ...next } };
    },
  });
