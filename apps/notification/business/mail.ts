/** A message on its way to somebody's mailbox. */
export interface Mail {
  /** Names the message for ever: a mailbox that gets it twice can tell. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** `refused` is for ever. */
export type Handover = { readonly outcome: 'accepted' } | { readonly outcome: 'refused'; readonly reason: string };

/** Hands a mail over to whoever delivers it. Rejects when that may work later. */
export type Mailer = (mail: Mail) => Promise<Handover>;
