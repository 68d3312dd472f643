/** What a user is told, and what of it. */
export type Message =
  | { readonly kind: 'welcome' }
  | {
      readonly kind: 'order_confirmed';
      readonly items: readonly { readonly product_id: string; readonly quantity: number }[];
    }
  | { readonly kind: 'order_cancelled'; readonly reason: string };

export interface Notification {
  readonly notificationId: string;
  readonly userId: string;
  readonly orderId: string | undefined;
  readonly kind: Message['kind'];
  readonly status: 'queued' | 'sent' | 'failed';
  readonly createdAt: Date;
}

/** The words for a message. */
export function wording(message: Message, orderId = ''): { readonly subject: string; readonly text: string } {
  switch (message.kind) {
    case 'welcome':
      return { subject: 'Welcome to the shop', text: 'Your account is ready. Have a look around.\n' };
    case 'order_confirmed':
      return {
        subject: `We have your order ${orderId}`,
        text: `We have your order ${orderId}:\n\n${message.items.map(({ product_id, quantity }) => `${quantity} x ${product_id}\n`).join('')}\nWe tell you if anything about it changes.\n`,
      };
    case 'order_cancelled':
      return {
        subject: `Your order ${orderId} is cancelled`,
        text: `Your order ${orderId} is cancelled: ${message.reason}\n\nWhat you paid for it comes back to you.\n`,
      };
  }
}
