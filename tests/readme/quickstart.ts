import { Mesh, MeshApp, MeshService, milliseconds, seconds } from 'weftmesh';
import { orderService, userService } from './contracts.ts';

const app = new MeshApp();
const shop = new Mesh(app, 'shop', { images: { byTag: 'built on this laptop' } });

const users = new MeshService(shop, 'user-service', {
  contract: userService,
  versions: { v1: { image: 'shop/users:1.4.0' } },
});
const orders = new MeshService(shop, 'order-service', {
  contract: orderService,
  versions: { v1: { image: 'shop/orders:1.9.2' }, v2: { image: 'shop/orders:2.0.0' } },
  weights: { v1: 90, v2: 10 },
});
orders.calls(users, {
  operations: ['getUser'],
  timeout: seconds(2),
  retries: { attempts: 2, perTryTimeout: milliseconds(600) },
});
app.synth();
