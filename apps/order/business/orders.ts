import type { KeyedRequest } from '../../shared/http/idempotency.ts';
import { readPage, type Page, type PageRequest } from '../../shared/http/page.ts';
import { Problem } from '../../shared/http/problem.ts';
import type { Identity } from '../../shared/security/token.ts';
import type { Order, OrderCommand, Refusal } from './order.ts';
import { admit, type UserDirectory } from './user-directory.ts';

/** A place in a list of orders. */
export interface Place {
  readonly time: Date;
  readonly orderId: string;
}

/** Where orders are kept: what happened to them, and views of how they are. */
export interface OrderRepository {
  /** The order that this request made before, if it was answered before. @throws Problem 422 for another body */
  readonly created: (key: KeyedRequest) => Promise<Order | undefined>;
  readonly create: (order: Pick<Order, 'userId' | 'items'>, key: KeyedRequest | undefined) => Promise<Order>;
  /** The order afterwards; undefined when there is none, or none that `isFor` lets through. */
  readonly change: (
    orderId: string,
    command: OrderCommand,
    isFor: (order: Order) => boolean,
  ) => Promise<Order | Refusal | undefined>;
  readonly find: (orderId: string) => Promise<Order | undefined>;
  /** As it was at a time. */
  readonly findAt: (orderId: string, at: Date) => Promise<Order | undefined>;
  /** The latest first. */
  readonly ofUser: (userId: string, place: Place | undefined, limit: number) => Promise<readonly Order[]>;
  /** The longest waiting first. */
  readonly waitingForShipment: (place: Place | undefined, limit: number) => Promise<readonly Order[]>;
}

const REFUSALS: Readonly<Record<Refusal, string>> = {
  'already-shipped': 'The order is shipped and can no longer be cancelled.',
  'wrong-order': 'An order is shipped when it is pending, and delivered when it is shipped.',
};

/** What can be done with orders, and who may do it. */
export function orders(repository: OrderRepository, users: UserDirectory) {
  const seen = (order: Order | Refusal | undefined): Order => {
    if (order === undefined) throw new Problem(404, 'There is no such order.', { type: 'not-found' });
    if (typeof order === 'string') throw new Problem(409, REFUSALS[order], { type: order });
    return order;
  };
  const isOf =
    ({ userId }: Identity) =>
    (order: Order): boolean =>
      order.userId === userId;

  return {
    async create(
      { userId, items }: Pick<Order, 'userId' | 'items'>,
      caller: Identity,
      idempotencyKey: string | undefined,
    ) {
      own(userId, caller);
      if (new Set(items.map(({ product_id }) => product_id)).size < items.length)
        throw new Problem(422, 'One product is on two lines; put it on one.', { type: 'product-twice' });
      const key =
        idempotencyKey === undefined
          ? undefined
          : { scope: `createOrder ${userId}`, key: idempotencyKey, body: { userId, items } };
      const before = key && (await repository.created(key));
      if (before !== undefined) return before;
      await admit(users, userId, caller);
      return repository.create({ userId, items }, key);
    },

    async show(orderId: string, caller: Identity, at?: Date): Promise<Order> {
      const order = at === undefined ? await repository.find(orderId) : await repository.findAt(orderId, at);
      return seen(order !== undefined && isOf(caller)(order) ? order : undefined);
    },

    async ofUser(userId: string, caller: Identity, page: PageRequest): Promise<Page<Order>> {
      own(userId, caller);
      return readPage(
        `orders of ${userId}`,
        page,
        (after, limit) => repository.ofUser(userId, placeIn(after), limit),
        ({ createdAt, orderId }) => `${createdAt} ${orderId}`,
      );
    },

    cancel: async (orderId: string, reason: string, caller: Identity): Promise<Order> =>
      seen(await repository.change(orderId, { kind: 'CancelOrder', cause: 'user', reason }, isOf(caller))),

    /** Staff only, as the contract says. */
    updateStatus: async (orderId: string, status: 'shipped' | 'delivered'): Promise<Order> =>
      seen(await repository.change(orderId, { kind: 'UpdateOrderStatus', status }, () => true)),

    waitingForShipment: (page: PageRequest): Promise<Page<Order>> =>
      readPage(
        'orders for shipping',
        page,
        (after, limit) => repository.waitingForShipment(placeIn(after), limit),
        ({ waitingSince = '', orderId }) => `${waitingSince} ${orderId}`,
      ),
  };
}

function placeIn(text: string | undefined): Place | undefined {
  if (text === undefined) return undefined;
  const [time = '', orderId = ''] = text.split(' ');
  if (Number.isNaN(Date.parse(time)))
    throw new Problem(422, 'The cursor belongs to another list.', { type: 'unprocessable' });
  return { time: new Date(time), orderId };
}

function own(userId: string, { userId: caller }: Identity): void {
  if (caller !== userId) throw new Problem(403, 'The token belongs to another user.', { type: 'not-yours' });
}
