import { subscription } from '../shared/events/inbox.ts';
import type { Module, World } from '../shared/module.ts';
import { notificationRoutes } from './api/notification-routes.ts';
import type { Mailer } from './business/mail.ts';
import { postman } from './business/postman.ts';
import { confirmOrder, moveAddress, tellCancellation, welcome } from './business/tell.ts';
import {
  desk,
  notificationMigrations,
  notificationView,
  tray,
  type NotificationTables,
} from './persistence/notification-tables.ts';

/** Tells users by mail what happened. */
export function notifications({ database, clock, log, mailer }: World & { readonly mailer: Mailer }): Module {
  const store = database.store<NotificationTables>('notifications');
  return {
    name: 'notifications',
    store,
    migrations: notificationMigrations,
    routes: [notificationRoutes(notificationView(store.db))],
    subscriptions: [
      subscription(store, 'notification_service_queue', {
        UserRegistered: (event, unit) => welcome(event, desk(unit, clock())),
        UserEmailChanged: (event, unit) => moveAddress(event, desk(unit, clock())),
        OrderCreated: (event, unit) => confirmOrder(event, desk(unit, clock())),
        OrderCancelled: (event, unit) => tellCancellation(event, desk(unit, clock())),
      }),
    ],
    workers: [postman(tray(store.db), { mailer, clock, log })],
  };
}

export type { Mailer } from './business/mail.ts';
export { mailerOf, mailSettings } from './mail/mailer-of.ts';
