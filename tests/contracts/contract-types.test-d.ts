import { describe, expectTypeOf, test } from 'vitest';
import { type apiGateway } from '../../charts-src/imports/contracts/api-gateway.ts';
import { type inventoryService } from '../../charts-src/imports/contracts/inventory-service.ts';
import { type notificationService } from '../../charts-src/imports/contracts/notification-service.ts';
import { orderService } from '../../charts-src/imports/contracts/order-service.ts';
import { type paymentService } from '../../charts-src/imports/contracts/payment-service.ts';
import { type userService } from '../../charts-src/imports/contracts/user-service.ts';
import type {
  HttpContract,
  OperationId,
  TcpContract,
  UnsafeEvenByKey,
  UnsafeToRepeat,
} from '../../charts-src/model/contract.ts';

type Orders = typeof orderService;
type Users = typeof userService;

describe('OperationId', () => {
  test('is the union of the operations of one contract', () => {
    expectTypeOf<OperationId<Orders>>().toEqualTypeOf<
      'cancelOrder' | 'createOrder' | 'getOrder' | 'listOrders' | 'listOrdersForShipping' | 'updateOrderStatus'
    >();
    expectTypeOf<OperationId<Users>>().toEqualTypeOf<
      'activateUser' | 'changeEmail' | 'createToken' | 'deactivateUser' | 'getUser' | 'registerUser'
    >();
    expectTypeOf<OperationId<typeof paymentService>>().toEqualTypeOf<'getPayment' | 'listPayments'>();
    expectTypeOf<OperationId<typeof inventoryService>>().toEqualTypeOf<
      'getProduct' | 'getStock' | 'listProducts' | 'setStock'
    >();
    expectTypeOf<OperationId<typeof notificationService>>().toEqualTypeOf<'listNotifications'>();
  });

  test('holds nothing that the contract does not', () => {
    expectTypeOf<'deleteUser'>().not.toExtend<OperationId<Users>>();
    expectTypeOf<'updateOrderStatus'>().not.toExtend<OperationId<typeof apiGateway>>();
    // @ts-expect-error a misspelled operation is no operation
    const misspelled: OperationId<Users> = 'getUsers';
    void misspelled;
  });

  test('is any text for a contract that is not known in detail, and none for TCP', () => {
    expectTypeOf<OperationId<HttpContract>>().toEqualTypeOf<string>();
    expectTypeOf<OperationId<TcpContract>>().toEqualTypeOf<never>();
  });
});

describe('UnsafeToRepeat', () => {
  test('is the operations whose method is not idempotent', () => {
    expectTypeOf<UnsafeToRepeat<Orders, OperationId<Orders>>>().toEqualTypeOf<'createOrder'>();
    expectTypeOf<UnsafeToRepeat<Users, OperationId<Users>>>().toEqualTypeOf<'createToken' | 'registerUser'>();
    expectTypeOf<UnsafeToRepeat<Orders, 'getOrder' | 'cancelOrder'>>().toEqualTypeOf<never>();
    expectTypeOf<UnsafeToRepeat<Orders, 'getOrder' | 'createOrder'>>().toEqualTypeOf<'createOrder'>();
  });

  test('is every operation of a contract that is not known in detail', () => {
    expectTypeOf<UnsafeToRepeat<HttpContract, string>>().toEqualTypeOf<string>();
  });
});

describe('UnsafeEvenByKey', () => {
  test('is those of them that take no Idempotency-Key', () => {
    expectTypeOf<UnsafeEvenByKey<Orders, OperationId<Orders>>>().toEqualTypeOf<never>();
    expectTypeOf<UnsafeEvenByKey<Users, OperationId<Users>>>().toEqualTypeOf<'createToken'>();
  });
});

test('a generated contract keeps names and paths as literals', () => {
  expectTypeOf(orderService.name).toEqualTypeOf<'order-service'>();
  expectTypeOf(orderService.operations.getOrder.path).toEqualTypeOf<'/orders/{order_id}'>();
  expectTypeOf(orderService).toExtend<HttpContract>();
});
