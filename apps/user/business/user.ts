import type { EventNamed } from '../../shared/events/catalogue.ts';

/** What happens to a user. */
export type UserEvent = EventNamed<'UserCreated' | 'UserEmailChanged' | 'UserActivated' | 'UserDeactivated'>;

/** A user, as all that happened has made them. */
export interface User {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly status: 'active' | 'inactive';
  readonly createdAt: string;
}

/** The user after one more event; before the first there is none. */
export function evolve(user: User | undefined, event: UserEvent): User {
  if (event.event_type === 'UserCreated')
    return {
      userId: event.user_id,
      email: event.email,
      name: event.name,
      status: 'active',
      createdAt: event.timestamp,
    };
  if (user === undefined) throw new Error(`${event.user_id} begins with ${event.event_type}`);
  switch (event.event_type) {
    case 'UserEmailChanged':
      return { ...user, email: event.email };
    case 'UserActivated':
      return { ...user, status: 'active' };
    case 'UserDeactivated':
      return { ...user, status: 'inactive' };
  }
}

/** What is asked for. */
export type UserCommand =
  | { readonly kind: 'change email'; readonly email: string }
  | { readonly kind: 'activate' }
  | { readonly kind: 'deactivate' };

const about = (user: User) => ({ subject_id: user.userId, user_id: user.userId });

/** What happens because of a command. Asked for what is already so, nothing does. */
export function decide(user: User, command: UserCommand) {
  switch (command.kind) {
    case 'change email':
      return command.email === user.email
        ? []
        : [{ event_type: 'UserEmailChanged' as const, ...about(user), email: command.email }];
    case 'activate':
      return user.status === 'active' ? [] : [{ event_type: 'UserActivated' as const, ...about(user) }];
    case 'deactivate':
      return user.status === 'inactive' ? [] : [{ event_type: 'UserDeactivated' as const, ...about(user) }];
  }
}
