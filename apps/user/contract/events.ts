import { z } from 'zod';
import { defineEvent } from '../../shared/events/event.ts';

const id = { user_id: z.uuid() };
const address = { email: z.string().max(254) };

/** What user-service tells the others; the subject is the user. */
export const userEvents = [
  // One registration is told twice: to those who greet new users, and as the first fact of the user's history.
  defineEvent(
    'UserRegistered',
    { routingKey: 'user.registered', topic: 'user_events' },
    { ...id, ...address, name: z.string().max(100) },
  ),
  defineEvent(
    'UserCreated',
    { routingKey: 'user.created', topic: 'user_events' },
    { ...id, ...address, name: z.string().max(100) },
  ),
  defineEvent('UserEmailChanged', { routingKey: 'user.email_changed', topic: 'user_events' }, { ...id, ...address }),
  defineEvent('UserActivated', { routingKey: 'user.activated', topic: 'user_events' }, id),
  defineEvent('UserDeactivated', { routingKey: 'user.deactivated', topic: 'user_events' }, id),
] as const;
