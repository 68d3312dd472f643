import { expectTypeOf, test } from 'vitest';
import { orderServiceClient } from '../../apps/order/contract/client.ts';
import { userServiceClient } from '../../apps/user/contract/client.ts';

const users = userServiceClient({ baseUrl: 'http://user-service/api' });
const orders = orderServiceClient({ baseUrl: 'http://order-service/api' });

test('an answer is typed by the contract', () => {
  const call = () => users.GET('/users/{user_id}', { params: { path: { user_id: '1' } } });
  expectTypeOf(call).returns.resolves.toExtend<{ data?: { status: 'active' | 'inactive' } }>();
});

test('a list of an answer is a list', () => {
  const call = async () => (await orders.GET('/orders', { params: { query: { user_id: '1' } } })).data?.orders;
  expectTypeOf(call).returns.resolves.toExtend<readonly { status: string }[] | undefined>();
});

test('what the contract does not have does not compile', () => {
  // @ts-expect-error there is no such path
  void users.GET('/user/{user_id}', { params: { path: { user_id: '1' } } });
  // @ts-expect-error the path has a parameter
  void users.GET('/users/{user_id}');
  // @ts-expect-error the path has no DELETE
  void users.DELETE('/users/{user_id}', { params: { path: { user_id: '1' } } });
  // @ts-expect-error a quantity is a number
  void orders.POST('/orders', { body: { user_id: '1', items: [{ product_id: 'tea', quantity: '1' }] } });
  // @ts-expect-error an order has a user
  void orders.POST('/orders', { body: { items: [] } });
});
